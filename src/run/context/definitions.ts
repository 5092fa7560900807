import { languageOf } from '../../core/language.ts';
import type { Excerpt, Worth } from '../../core/prompt/context.ts';
import type { Translate } from '../../core/translate.ts';
import type { Definition } from '../../syntax/definitions.ts';
import type { ImportedName } from '../../syntax/imported-names.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import { Modules } from './modules.ts';
import type { PromptFiles } from './prompt-files.ts';

/** A name in a file of the workspace whose definition is wanted. */
export interface Use {
  path: string;
  name: string;
  /** In the text of the file with plain line breaks. */
  offset: number;
  worth: Extract<Worth, 'signature' | 'tests'>;
}

/** A line of a file of the workspace, both as an editor counts: the path relative to the workspace, the line from 0. */
export interface DefinitionPlace {
  path: string;
  line: number;
}

/**
 * Whoever knows better than import lines where names are defined, such as the language services of an editor: for each use a
 * place, or undefined where they do not know. It answers in time, and never rejects.
 */
export type DefinitionFinder = (uses: readonly Use[]) => Promise<(DefinitionPlace | undefined)[]>;

/** Longer definitions are shown as outlines. */
const WHOLE_LINES = 24;
/** Even an outline can be endless. */
const MOST_LINES = 80;
const MOST_USES = 40;
const MOST_FOUND = 24;
/** Files that hand a name on to the next. */
const MOST_STEPS = 4;

interface Found {
  path: string;
  definition: Definition;
}

/** The definitions of names, by where the finder says they are, and else by following imports through the workspace. */
export class Definitions {
  readonly #syntax: Syntax;
  readonly #files: PromptFiles;
  readonly #modules: Modules;
  readonly #parsed = new Map<string, Promise<{ definitions: Definition[]; imports: ImportedName[] } | undefined>>();

  constructor(syntax: Syntax, files: PromptFiles) {
    this.#syntax = syntax;
    this.#files = files;
    this.#modules = new Modules(files);
  }

  /** What is defined in other files than `target`, and what these definitions use themselves. */
  async excerpts(uses: readonly Use[], target: string, finder?: DefinitionFinder): Promise<Excerpt[]> {
    const asked = distinct(uses).slice(0, MOST_USES);
    const places = finder ? await finder(asked) : [];
    const excerpts = new Map<string, Excerpt>();
    const add = ({ path, definition }: Found, worth: Worth, text: string) => {
      const key = `${path}:${definition.start}`;
      if (path === target || excerpts.has(key) || excerpts.size >= MOST_FOUND) return false;
      excerpts.set(key, excerptOf(path, definition, worth, text, this.#files.t));
      return true;
    };
    const direct: Found[] = [];
    for (const [index, use] of asked.entries()) {
      const names = asked.filter(({ path }) => path === use.path).map(({ name }) => name);
      for (const found of await this.#find(use, places[index], names)) {
        if (add(found, use.worth, (await this.#files.text(found.path))!)) direct.push(found);
      }
    }
    // One step further: what a field of a parameter's type is, say.
    for (const { path, definition } of direct) {
      for (const name of definition.uses) {
        const found = await this.#named(path, name, MOST_STEPS);
        if (found) add(found, 'indirect', (await this.#files.text(found.path))!);
      }
    }
    return [...excerpts.values()];
  }

  async #find(use: Use, place: DefinitionPlace | undefined, names: readonly string[]): Promise<Found[]> {
    const at = place && (await this.#at(place));
    if (at) return [at];
    // Where a use is in another file than where it is defined: a name of the same file is seen there.
    const binding = (await this.#parse(use.path))?.imports.find(({ local }) => local === use.name);
    const found = binding?.imported === '*' ? undefined : await this.#named(use.path, use.name, MOST_STEPS);
    if (found) return found.path === use.path ? [] : [found];
    if (!binding) return [];
    // `import shop` or `from . import shop`, and then `shop.Order`.
    const { module: named, imported } = binding;
    const within = named.endsWith('.') ? named + imported : `${named}.${imported}`;
    const module = await this.#resolve(use.path, imported === '*' ? named : within);
    const defined = module === undefined ? [] : ((await this.#parse(module))?.definitions ?? []);
    return defined.filter(({ name }) => names.includes(name)).map((definition) => ({ path: module!, definition }));
  }

  async #at({ path, line }: DefinitionPlace): Promise<Found | undefined> {
    const text = await this.#files.text(path);
    if (text === undefined) return undefined;
    let offset = 0;
    for (let above = 0; above < line && offset >= 0; above++) offset = text.indexOf('\n', offset) + 1 || -1;
    const definition = (await this.#parse(path))?.definitions.find(({ start, end }) => start <= offset && offset < end);
    return definition && { path, definition };
  }

  /** What a name means in a file: a definition there, or the one that it is imported from. */
  async #named(path: string, name: string, steps: number): Promise<Found | undefined> {
    const file = await this.#parse(path);
    const definition = file?.definitions.find((one) => (name === 'default' ? one.isDefault : one.name === name));
    if (!file || definition || steps === 0) return definition && { path, definition };
    for (const { local, module, imported } of file.imports) {
      if (local !== name && local !== '*') continue;
      const next = await this.#resolve(path, module);
      if (next === undefined || next === path) continue;
      const found = await this.#named(next, local === '*' ? name : imported, steps - 1);
      if (found) return found;
    }
    return undefined;
  }

  #resolve(from: string, module: string): Promise<string | undefined> {
    return this.#modules.resolve(languageOf(from) ?? 'python', from, module);
  }

  #parse(path: string) {
    const known = this.#parsed.get(path);
    if (known) return known;
    const parsed = this.#files.text(path).then((text) => {
      const language = languageOf(path);
      if (text === undefined || !language) return undefined;
      return {
        definitions: this.#syntax.definitions(language, text),
        imports: this.#syntax.importedNames(language, text),
      };
    });
    this.#parsed.set(path, parsed);
    return parsed;
  }
}

function excerptOf(
  path: string,
  { name, start, end, outline }: Definition,
  worth: Worth,
  text: string,
  t: Translate,
): Excerpt {
  const whole = text.slice(start, end);
  const about = { worth, path, title: t('definition of {0}', name), start, end };
  const shorter = { text: outline, cut: t('bodies of its functions') };
  if (lineCount(whole) <= WHOLE_LINES) return { ...about, text: whole, ...(outline === whole ? {} : { shorter }) };
  const lines = outline.split('\n');
  if (lines.length <= MOST_LINES)
    return { ...about, ...(outline === whole ? { text: whole } : shorter), cuttable: true };
  const kept = `${lines.slice(0, MOST_LINES).join('\n')}\n`;
  return { ...about, text: kept, cut: t('{0} lines of its outline', lines.length - MOST_LINES), cuttable: true };
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

/** Each name of a file once, by its best worth. */
function distinct(uses: readonly Use[]): Use[] {
  const seen = new Set<string>();
  const inOrder = [
    ...uses.filter(({ worth }) => worth === 'signature'),
    ...uses.filter(({ worth }) => worth === 'tests'),
  ];
  return inOrder.filter(({ path, name }) => {
    const key = `${path} ${name}`;
    return !seen.has(key) && seen.add(key);
  });
}
