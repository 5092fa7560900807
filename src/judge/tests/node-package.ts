import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FrameworkName } from '../../core/protocol.ts';
import { said } from '../../core/said.ts';
import { findNode } from '../runtime/node.ts';
import type { Framework, NodeApart, Project, Side, TestFile } from './framework.ts';
import { harnessFiles } from './harness.ts';
import { SERVE, STAND_IN, servingTest } from './node-apart.ts';
import type { NodeForks } from './node-forks.ts';
import { type PackageJson, packageJson } from './package-json.ts';
import { readRecords } from './record.ts';

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
interface NodePackage {
  /** Relative to the workspace; empty for the workspace itself. */
  folder: string;
  /** Where the framework is installed, relative to the workspace. */
  installed: string;
}

/** The test files that are a framework's own: by what they import, then by what the package around them says. */
export function filesOf(name: FrameworkName, files: readonly TestFile[], { workspace }: Project): string[] {
  const packages = new Packages(workspace);
  return files.filter((file) => packages.frameworkOf(file) === name).map(({ path }) => path);
}

/** What Node is started with depends on this. */
export interface PackageStart {
  root: string;
  /** The folder of harness files. */
  harness: string;
  /** The folder of the framework. */
  installed: string;
  files: readonly string[];
  /** Where the tests and the candidate have a sandbox each, which of them this is. */
  side: Side | undefined;
}

export interface PackageParts {
  /** Names of its own files. */
  harness: readonly string[];
  /** Those that it needs where the tests and the candidate have a sandbox each. */
  apart: readonly string[];
  /** As of `NodeApart`. */
  together?: boolean;
  argv(start: PackageStart): string[];
  /** Where the harness asks to serve. */
  forks?: NodeForks | undefined;
}

/** A framework that is a package, run in the folder of the one that uses it. */
export function packageFramework(
  name: FrameworkName,
  files: readonly string[],
  { workspace, path }: Pick<Project, 'workspace' | 'path'>,
  parts: PackageParts,
): Framework {
  const node = findNode();
  const { forks } = parts;
  const { folder, installed } = new Packages(workspace).around(name, files[0]!)!;
  const framework = (files: readonly string[], side?: Side): Framework => {
    const command = (root: string, harness: string) => ({
      argv: [node.path, ...parts.argv({ root, harness, installed: join(root, installed), files, side })],
      env: {
        ...node.env,
        COPPICE_ROOT: root,
        COPPICE_FILES: files.join('\n'),
        ...(side ? { COPPICE_SIDE: side, COPPICE_CANDIDATE: path } : {}),
      },
      folder,
    });
    const more = side ? [...parts.apart, ...STAND_IN, ...SERVE] : [];
    return {
      readable: [...node.readable, ...(forks?.readable ?? [])],
      harness: harnessFiles(...parts.harness, ...more, 'coppice-cases.cjs', 'coppice-records.cjs'),
      command,
      ...(forks && !side
        ? { forking: (root, harness, rights) => forks.serving(command(root, harness), rights) }
        : undefined),
      ...(side ? undefined : { runsInNode: true }),
      read: (outcome) => readRecords(outcome.records),
      broken: (outcome, records) =>
        !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
          ? said`${name} ended before a test was run`
          : undefined,
    };
  };
  const serving = (file: string) => servingTest(file, path, name === 'vitest');
  const of: NodeApart['of'] = (side, alone) => ({
    ...framework(alone, side),
    ...(side === 'candidate' ? { files: { [alone[0]!]: serving(alone[0]!) } } : {}),
  });
  return { ...framework(files), apart: { kind: 'node', together: parts.together ?? false, of } };
}

/** What the folders of a workspace say, each looked at once. */
class Packages {
  readonly #workspace: string;
  readonly #folders = new Map<string, PackageJson & { names: string[] }>();
  readonly #installed = new Map<string, boolean>();

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  frameworkOf({ path, text }: TestFile): FrameworkName | undefined {
    if (/['"]node:test['"]/.test(text)) return undefined;
    const present = ALL.filter(({ name }) => this.#home(name, path) !== undefined);
    const imported = present.find(({ imports }) => imports.test(text));
    if (imported || present.length === 0) return imported?.name;
    for (const folder of foldersAbove(path)) {
      const { script, tools, settings, names } = this.#describe(folder);
      const found =
        present.find(({ name }) => new RegExp(`\\b${name}\\b`).test(script)) ??
        present.find((signs) => settings.includes(signs.name) || names.some((file) => signs.settings.test(file))) ??
        present.find(({ name }) => tools.includes(name));
      if (found) return found.name;
    }
    return undefined;
  }

  /** The nearest package around a file that has the framework installed, or settings for it and it is installed further up. */
  around(name: FrameworkName, path: string): NodePackage | undefined {
    const home = this.#home(name, path);
    if (home === undefined) return undefined;
    const signs = ALL.find((each) => each.name === name)!;
    const configured = foldersAbove(path).find((folder) => {
      const { tools, settings, script, names } = this.#describe(folder);
      const says = tools.includes(name) || settings.includes(name) || new RegExp(`\\b${name}\\b`).test(script);
      return says || names.some((file) => signs.settings.test(file));
    });
    return { folder: configured ?? home, installed: join(home, 'node_modules', name) };
  }

  #home(name: FrameworkName, path: string): string | undefined {
    return foldersAbove(path).find((folder) => {
      const file = join(this.#workspace, folder, 'node_modules', name, 'package.json');
      const known = this.#installed.get(file) ?? existsSync(file);
      this.#installed.set(file, known);
      return known;
    });
  }

  #describe(folder: string): PackageJson & { names: string[] } {
    let known = this.#folders.get(folder);
    if (!known) {
      const at = join(this.#workspace, folder);
      // A folder that only an unsaved file is in is not there yet.
      const names = existsSync(at) ? readdirSync(at) : [];
      const text = names.includes('package.json') ? readFileSync(join(at, 'package.json'), 'utf8') : '';
      known = { ...packageJson(text), names };
      this.#folders.set(folder, known);
    }
    return known;
  }
}

/** From the folder of a file up to the workspace itself. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.push(at);
  return [...folders, ''];
}
