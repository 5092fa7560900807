import type { Project } from './framework.ts';

/** What the package.json of a project says about its tests; nothing where there is none that can be read. */
export function packageJson(project: Pick<Project, 'read'>): { test: boolean; tools: string[] } {
  try {
    const { scripts = {}, dependencies = {}, devDependencies = {} } = JSON.parse(project.read('package.json'));
    const test = typeof scripts.test === 'string' && !scripts.test.includes('no test specified');
    return { test, tools: Object.keys({ ...dependencies, ...devDependencies }) };
  } catch {
    return { test: false, tools: [] };
  }
}
