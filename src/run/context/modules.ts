import { posix } from 'node:path';
import type { Language } from '../../core/language.ts';
import type { PromptFiles } from './prompt-files.ts';

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs'];
/** TypeScript imports `./a.js` where the file is `a.ts`. */
const WRITTEN_AS: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.d.ts'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** Finds the files of a workspace that its imports mean. Packages are not looked into: their code is not the project's. */
export class Modules {
  readonly #files: PromptFiles;
  readonly #found = new Map<string, Promise<string | undefined>>();

  constructor(files: PromptFiles) {
    this.#files = files;
  }

  /** The path of a module as a file imports it; undefined where it is none of the workspace. */
  resolve(language: Language, from: string, module: string): Promise<string | undefined> {
    const key = `${language === 'python'} ${posix.dirname(from)} ${module}`;
    const known = this.#found.get(key);
    if (known) return known;
    const found = language === 'python' ? this.#python(from, module) : this.#ecmascript(from, module);
    this.#found.set(key, found);
    return found;
  }

  async #python(from: string, module: string): Promise<string | undefined> {
    const [, dots = '', name = ''] = /^(\.*)(.*)$/.exec(module)!;
    const way = name.replaceAll('.', '/');
    const candidates = (folder: string) => {
      const base = posix.join(folder, way);
      return way === '' ? [`${base}/__init__.py`] : [`${base}.py`, `${base}/__init__.py`, `${base}.pyi`];
    };
    if (dots === '') {
      const above = foldersAbove(from).reverse();
      return this.#first([above[0]!, 'src', 'lib', ...above.slice(1)].flatMap(candidates));
    }
    const folder = posix.join(posix.dirname(from), ...Array<string>(dots.length - 1).fill('..'));
    return folder.startsWith('..') ? undefined : this.#first(candidates(folder));
  }

  async #ecmascript(from: string, module: string): Promise<string | undefined> {
    if (/^\.{1,2}(\/|$)/.test(module)) return this.#file(posix.join(posix.dirname(from), module));
    for (const folder of foldersAbove(from)) {
      for (const target of [...(await this.#ofPackage(folder, module)), ...(await this.#ofPaths(folder, module))]) {
        const found = await this.#file(posix.join(folder, target));
        if (found) return found;
      }
    }
    return undefined;
  }

  /** `#name` as package.json says what it is, and the package's own name. */
  async #ofPackage(folder: string, module: string): Promise<string[]> {
    const manifest = await this.#json(posix.join(folder, 'package.json'));
    if (!manifest) return [];
    if (module.startsWith('#')) return mapped(module, manifest.imports);
    const { name } = manifest;
    if (typeof name !== 'string' || (module !== name && !module.startsWith(`${name}/`))) return [];
    return mapped(`.${module.slice(name.length)}`, manifest.exports);
  }

  /** `paths` of tsconfig.json. */
  async #ofPaths(folder: string, module: string): Promise<string[]> {
    const options = (await this.#json(posix.join(folder, 'tsconfig.json')))?.compilerOptions;
    if (!isObject(options)) return [];
    const base = typeof options.baseUrl === 'string' ? options.baseUrl : '.';
    const targets = mapped(module, options.paths);
    const all = typeof options.baseUrl === 'string' ? [...targets, module] : targets;
    return all.map((target) => posix.join(base, target));
  }

  #file(base: string): Promise<string | undefined> {
    const extension = posix.extname(base);
    const stem = base.slice(0, base.length - extension.length);
    return this.#first([
      ...(WRITTEN_AS[extension] ?? []).map((written) => stem + written),
      ...(EXTENSIONS.includes(extension) ? [base] : []),
      ...EXTENSIONS.map((ending) => base + ending),
      ...EXTENSIONS.map((ending) => `${base}/index${ending}`),
    ]);
  }

  async #first(paths: string[]): Promise<string | undefined> {
    for (const path of paths) if ((await this.#files.text(path)) !== undefined) return path;
    return undefined;
  }

  async #json(path: string): Promise<Record<string, unknown> | undefined> {
    try {
      const value: unknown = JSON.parse((await this.#files.text(path)) ?? '');
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The folders of a path within the workspace, the file's own first, the workspace (`''`) last. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) folders.push(folder);
  return [...folders, ''];
}

/** What a table of package.json or tsconfig.json makes of a name: its keys and values have one `*` at most. */
function mapped(name: string, table: unknown): string[] {
  if (typeof table === 'string') return name === '.' ? [table] : [];
  if (!isObject(table)) return [];
  for (const [key, value] of Object.entries(table)) {
    const [before = '', after] = key.split('*');
    const isMatch = after === undefined ? name === key : name.startsWith(before) && name.endsWith(after);
    if (!isMatch) continue;
    const star = after === undefined ? '' : name.slice(before.length, name.length - after.length);
    return leaves(value).map((target) => target.replace('*', star));
  }
  return [];
}

/** The paths that a value names, whatever the conditions. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(leaves) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
