import { delimiter, dirname } from 'node:path';
import type { Project } from './framework.ts';

/** What says that a folder is a project of its own. */
const SETTINGS = ['pyproject.toml', 'setup.py', 'setup.cfg', 'pytest.ini', 'tox.ini'];

/**
 * Where Python finds what tests of a package below the workspace import, as a value of PYTHONPATH: in the folder where its
 * developers start them and in `src` there. Empty for the tests of the workspace itself, which is on the path anyhow.
 *
 * @param root the workspace, as the tests see it
 */
export function pythonPath(root: string, files: readonly string[], project: Pick<Project, 'has'>): string {
  const folders = new Set(files.map((file) => projectAround(file, project)).filter((folder) => folder !== '.'));
  const paths = [...folders].flatMap((folder) => [folder, ...(project.has(`${folder}/src`) ? [`${folder}/src`] : [])]);
  return paths.map((path) => `${root}/${path}`).join(delimiter);
}

/** The nearest folder with settings of a project, or else the one that holds the outermost folder of tests. */
function projectAround(file: string, { has }: Pick<Project, 'has'>): string {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    if (SETTINGS.some((name) => has(`${folder}/${name}`))) return folder;
  }
  const parts = dirname(file).split('/');
  const tests = parts.findIndex((part) => part === 'test' || part === 'tests');
  return tests > 0 ? parts.slice(0, tests).join('/') : '.';
}
