import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** What no project writes itself, whether its .gitignore says so or not. */
const ALWAYS = ['.git', 'node_modules', '__pycache__', '.venv', 'venv', 'site-packages', '.tox', '.cache'];
const MOST_BYTES = 256 * 1024;

interface Rules {
  /** As a user would name where they are. */
  name: string;
  /** The folder that they hold below, absolute. */
  folder: string;
  rules: Ignore;
}

/** Which files of a workspace git ignores, those of the repository around it included, or the user has hidden. */
export class IgnoreRules {
  readonly #workspace: string;
  readonly #fixed: Rules[];
  readonly #read = new Map<string, Promise<Rules | undefined>>();
  #repository: Promise<string> | undefined;

  /** @param excluded patterns of the user's own, as .gitignore has them */
  constructor(workspace: string, excluded: readonly string[]) {
    this.#workspace = resolve(workspace);
    this.#fixed = [
      { name: 'Coppice', folder: this.#workspace, rules: ignore().add(ALWAYS) },
      { name: 'files.exclude', folder: this.#workspace, rules: ignore().add(excluded) },
    ];
  }

  /** What ignores a file, by name; undefined where nothing does. `path` is relative to the workspace, with forward slashes. */
  async find(path: string): Promise<string | undefined> {
    for (const fixed of this.#fixed) if (fixed.rules.ignores(path)) return fixed.name;
    const absolute = join(this.#workspace, path);
    this.#repository ??= repositoryOf(this.#workspace);
    const top = await this.#repository;
    let found: string | undefined;
    // Outer rules first: a deeper file may take back what they say of it, but nothing in a folder that is ignored.
    for (const folder of foldersBetween(top, dirname(absolute))) {
      if (found !== undefined && (await this.#ignoresFolder(folder, top))) return found;
      for (const file of folder === top ? ['.git/info/exclude', '.gitignore'] : ['.gitignore']) {
        const rules = await this.#rulesOf(folder, file);
        if (!rules) continue;
        const { ignored, unignored } = rules.rules.test(within(folder, absolute));
        if (ignored) found = rules.name;
        else if (unignored) found = undefined;
      }
    }
    return found;
  }

  /** Whether rules above a folder ignore the folder itself. */
  async #ignoresFolder(folder: string, top: string): Promise<boolean> {
    let ignored = false;
    for (const above of foldersBetween(top, dirname(folder))) {
      const rules = await this.#rulesOf(above, '.gitignore');
      const result = rules?.rules.test(`${within(above, folder)}/`);
      if (result?.ignored) ignored = true;
      else if (result?.unignored) ignored = false;
    }
    return ignored;
  }

  #rulesOf(folder: string, file: string): Promise<Rules | undefined> {
    const path = join(folder, file);
    const known = this.#read.get(path);
    if (known) return known;
    const rules = readRules(path, folder);
    this.#read.set(path, rules);
    return rules;
  }
}

async function readRules(path: string, folder: string): Promise<Rules | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > MOST_BYTES) return undefined;
  const text = await readFile(path, 'utf8').catch(() => '');
  return { name: path.endsWith('exclude') ? '.git/info/exclude' : '.gitignore', folder, rules: ignore().add(text) };
}

/** The folder of the git repository around a workspace, or the workspace itself. */
async function repositoryOf(workspace: string): Promise<string> {
  for (let at = workspace; ; at = dirname(at)) {
    if (await stat(join(at, '.git')).catch(() => undefined)) return at;
    if (dirname(at) === at) return workspace;
  }
}

/** From the outer folder to the inner one, both included. */
function foldersBetween(outer: string, inner: string): string[] {
  const folders: string[] = [];
  for (let at = inner; ; at = dirname(at)) {
    folders.unshift(at);
    if (at === outer || dirname(at) === at) return at === outer ? folders : [outer];
  }
}

function within(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}
