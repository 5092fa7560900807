import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FrameworkName } from '../../core/protocol.ts';
import type { Project, TestFile } from './framework.ts';

/** A framework from the registry, and how a project tells that it uses it. */
interface Signs {
  name: FrameworkName;
  /** In a test file. */
  imports: RegExp;
  /** Its settings, as a file beside package.json. */
  settings: RegExp;
}

/** In the order in which a package that has several of them uses them, where nothing else tells. */
const ALL: Signs[] = [
  { name: 'vitest', imports: /['"]vitest['"]/, settings: /^(vitest|vite)\.config\.[cm]?[jt]s$/ },
  { name: 'jest', imports: /['"]@jest\/globals['"]|\bjest\.(fn|mock|spyOn)\b/, settings: /^jest\.config\.\w+$/ },
  { name: 'mocha', imports: /['"]mocha['"]/, settings: /^\.mocharc(\.\w+)?$/ },
];

/** A package of a workspace that tests with a framework. */
export interface NodePackage {
  /** Relative to the workspace; empty for the workspace itself. */
  folder: string;
  /** Where the framework is installed, absolute. */
  installed: string;
}

/** The test files that are a framework's own: by what they import, then by what the package around them says. */
export function filesOf(name: FrameworkName, files: readonly TestFile[], { workspace }: Project): string[] {
  return files.filter(({ path, text }) => frameworkOf(path, text, workspace) === name).map(({ path }) => path);
}

function frameworkOf(path: string, text: string, workspace: string): FrameworkName | undefined {
  if (/['"]node:test['"]/.test(text)) return undefined;
  const present = ALL.filter(({ name }) => packageAround(name, path, workspace) !== undefined);
  const imported = present.find(({ imports }) => imports.test(text));
  if (imported) return imported.name;
  for (const folder of foldersAbove(path)) {
    const { script, tools, own } = describe(join(workspace, folder));
    const inScript = present.find(({ name }) => new RegExp(`\\b${name}\\b`).test(script));
    const names = existsSync(join(workspace, folder)) ? readdirSync(join(workspace, folder)) : [];
    const found =
      inScript ??
      present.find(({ name, settings }) => own.includes(name) || names.some((file) => settings.test(file))) ??
      present.find(({ name }) => tools.includes(name));
    if (found) return found.name;
  }
  return undefined;
}

/** The nearest package around a file that has the framework installed, or settings for it and it is installed further up. */
export function packageAround(name: FrameworkName, path: string, workspace: string): NodePackage | undefined {
  const folders = foldersAbove(path);
  const home = folders.find((folder) => existsSync(join(workspace, folder, 'node_modules', name, 'package.json')));
  if (home === undefined) return undefined;
  const { settings } = ALL.find((signs) => signs.name === name)!;
  const configured = folders.find((folder) => {
    const { tools, own, script } = describe(join(workspace, folder));
    const files = existsSync(join(workspace, folder)) ? readdirSync(join(workspace, folder)) : [];
    const says = tools.includes(name) || own.includes(name) || new RegExp(`\\b${name}\\b`).test(script);
    return says || files.some((file) => settings.test(file));
  });
  return { folder: configured ?? home, installed: join(workspace, home, 'node_modules', name) };
}

/** From the folder of a file up to the workspace itself. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.push(at);
  return [...folders, ''];
}

/** What a package.json says: its script for tests, what it depends on, and the settings that it holds by name. */
function describe(folder: string): { script: string; tools: string[]; own: string[] } {
  try {
    const own: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { scripts = {}, dependencies = {}, devDependencies = {} } = own as Record<string, Record<string, unknown>>;
    const script = typeof scripts.test === 'string' ? scripts.test : '';
    return { script, tools: Object.keys({ ...dependencies, ...devDependencies }), own: Object.keys(own as object) };
  } catch {
    return { script: '', tools: [], own: [] };
  }
}
