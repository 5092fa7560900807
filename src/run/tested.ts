import { dirname, join } from 'node:path/posix';
import type { Language } from '../core/language.ts';
import type { Import } from '../syntax/imports.ts';
import type { Outline } from '../syntax/outline.ts';
import type { FunctionRegion } from '../syntax/region.ts';

/** A function that a test mentions. */
export interface TestedFunction {
  /** Relative to the workspace, forward slashes. */
  path: string;
  region: FunctionRegion;
}

/** A test case of a file, with the functions of the project that it mentions. */
export interface TestedCase {
  /** Offsets in the file. */
  start: number;
  end: number;
  /** What its framework calls it: the name of the function, or the title. */
  name: string;
  tested: TestedFunction[];
}

/** A file with tests in it. */
export interface TestFile {
  /** Relative to the workspace, forward slashes. */
  path: string;
  language: Language;
  text: string;
  outline: Outline;
}

/** The functions of a file of the project, by its path there; undefined where there is none. */
export type FunctionsOf = (path: string) => Promise<readonly FunctionRegion[] | undefined>;

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** A file imports few modules of its own project; beyond these nothing is looked for. */
const MOST_IMPORTS = 100;

/**
 * What the test cases of a file are about, as far as imports and names tell. Nothing is run and no language service is asked.
 */
export async function testedCases(file: TestFile, functionsOf: FunctionsOf): Promise<TestedCase[]> {
  const { path, text, outline } = file;
  const cases = outline.cases.filter(({ kind }) => kind === 'case');
  const isInCase = ({ start }: FunctionRegion) => cases.some((range) => range.start <= start && start < range.end);
  const known = [
    ...outline.functions.filter((region) => !isInCase(region)).map((region) => byName(path, region, region.name)),
    ...(await importedFunctions(file, functionsOf)),
  ];
  return cases.map(({ start, end }) => {
    const source = text.slice(start, end);
    const words = new Set(source.match(/[\p{L}\p{N}_$]+/gu));
    const found = known.filter((each) => each.words.every((word) => words.has(word)) && each.spelling.test(source));
    const tested = new Map(found.map(({ function: each }) => [each.region, each]));
    return { start, end, name: caseName(file.language, source), tested: [...tested.values()] };
  });
}

/** A function with how a test writes it. */
interface Known {
  function: TestedFunction;
  /** They all stand there. A quick look before the spelling is searched for. */
  words: string[];
  spelling: RegExp;
}

function byName(path: string, region: FunctionRegion, name: string): Known {
  return { function: { path, region }, words: [name], spelling: spelled(name) };
}

function spelled(name: string): RegExp {
  return new RegExp(`(?<![\\w$.])${escaped(name)}(?![\\w$])`);
}

function escaped(name: string): string {
  return name.replace(/[.$]/g, '\\$&');
}

async function importedFunctions({ path, language, outline }: TestFile, functionsOf: FunctionsOf): Promise<Known[]> {
  const known: Known[] = [];
  for (const each of outline.imports.slice(0, MOST_IMPORTS)) {
    const module = await moduleOf(functionsOf, filesOf(path, language, each.module));
    if (module) known.push(...taken(module, each));
    if (language !== 'python') continue;
    // What is taken from a package can be a module.
    for (const { name, as } of each.names) {
      const files = filesOf(path, language, /\.$/.test(each.module) ? each.module + name : `${each.module}.${name}`);
      const inner = await moduleOf(functionsOf, files);
      if (inner) known.push(...taken(inner, { module: name, names: [], as }));
    }
  }
  return known;
}

interface Module {
  path: string;
  functions: readonly FunctionRegion[];
}

async function moduleOf(functionsOf: FunctionsOf, files: string[]): Promise<Module | undefined> {
  for (const path of files) {
    const functions = await functionsOf(path);
    if (functions) return { path, functions };
  }
  return undefined;
}

function taken({ path, functions }: Module, { names, as }: Import): Known[] {
  const isOwn = ({ qualifiedName }: FunctionRegion) => !qualifiedName.includes('.');
  if (as !== undefined) {
    return functions.filter(isOwn).map((region) => ({
      function: { path, region },
      words: [as.split('.')[0]!, region.name],
      spelling: spelled(`${as}.${region.name}`),
    }));
  }
  // `from words import *`
  if (names.length === 0) return functions.filter(isOwn).map((region) => byName(path, region, region.name));
  return names.flatMap(({ name, as: alias }) =>
    functions.flatMap((region): Known[] => {
      if (region.qualifiedName === name || (name === 'default' && region.qualifiedName === alias))
        return [byName(path, region, alias)];
      if (region.qualifiedName !== `${name}.${region.name}`) return [];
      // The object may have been made outside of the case.
      const spelling = new RegExp(`\\.${escaped(region.name)}(?![\\w$])`);
      return [{ function: { path, region }, words: [region.name], spelling }];
    }),
  );
}

/** The files that a module may be, the likeliest first. */
function filesOf(path: string, language: Language, module: string): string[] {
  if (language === 'python') return pythonFiles(path, module);
  if (!/^\.\.?(\/|$)/.test(module)) return [];
  const target = join(dirname(path), module);
  if (target.startsWith('..')) return [];
  const written = ENDINGS.find((ending) => target.endsWith(ending));
  const stem = written === undefined ? target : target.slice(0, -written.length);
  const same = written === undefined ? [] : [target];
  return [...same, ...ENDINGS.map((ending) => stem + ending), ...ENDINGS.map((ending) => `${target}/index${ending}`)];
}

function pythonFiles(path: string, module: string): string[] {
  const dots = /^\.*/.exec(module)![0].length;
  const parts = module.slice(dots).split('.').filter(Boolean).join('/');
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === '.') break;
  }
  const from = dots > 0 ? folders.slice(dots - 1, dots) : [...folders, 'src'];
  return from.flatMap((folder) => [`${join(folder, parts)}.py`, join(folder, parts, '__init__.py')]);
}

function caseName(language: Language, source: string): string {
  const name = language === 'python' ? /\bdef\s+(\w+)/ : /\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`)/;
  const [, ...found] = name.exec(source) ?? [];
  return found.find((text) => text !== undefined) ?? '';
}
