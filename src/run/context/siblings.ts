import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { languageOf } from '../../core/language.ts';
import type { Excerpt } from '../../core/prompt/context.ts';
import { type FunctionRegion, headerOf, lineEnd } from '../../syntax/region.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Target } from '../target.ts';
import type { PromptFiles } from './prompt-files.ts';

const MOST_FILES = 24;
const MOST_SIBLINGS = 3;
/** A longer function is no pattern to follow. */
const MOST_LINES = 40;
/** `parse_json` and `parse_yaml` are alike, `parse` and `read_parsed_lines` are not. */
const LEAST_LIKENESS = 0.3;
const TEST = /(^|[._-])(test|tests|spec)([._-]|$)/i;
/** Types that say nothing of what a function is about. */
const PLAIN_TYPES = new Set(
  [
    'self',
    'cls',
    'str',
    'int',
    'float',
    'bool',
    'None',
    'list',
    'dict',
    'tuple',
    'set',
    'List',
    'Dict',
    'Optional',
  ].concat('Any', 'string', 'number', 'boolean', 'Array', 'Promise', 'Record', 'Map', 'Set', 'unknown', 'T', 'async'),
);

/** A function by what it is called and what it takes and gives. */
interface Shape {
  words: Set<string>;
  types: Set<string>;
}

interface Sibling {
  region: FunctionRegion;
  likeness: number;
}

/** Written functions of a file that look like the target, the likest first. */
export function siblingsIn(syntax: Syntax, path: string, text: string, { source, region: target }: Target): Sibling[] {
  const language = languageOf(path);
  if (!language) return [];
  const wanted = shapeOf(source.text, target);
  return syntax
    .functions(language, text)
    .filter((region) => !region.isStub && !(path === source.path && region.start === target.start))
    .filter((region) => text.slice(region.start, region.bodyEnd).split('\n').length <= MOST_LINES)
    .map((region) => ({ region, likeness: likeness(wanted, shapeOf(text, region)) }))
    .filter((sibling) => sibling.likeness >= LEAST_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness);
}

/** Functions in other files of the target's folder that look like it: how it is done here. */
export async function siblingExcerpts(syntax: Syntax, files: PromptFiles, target: Target): Promise<Excerpt[]> {
  const { t } = files;
  const { path } = target.source;
  const found: { path: string; text: string; sibling: Sibling }[] = [];
  for (const other of await neighboursOf(files.workspace, path)) {
    const text = await files.text(other);
    if (text === undefined) continue;
    const [sibling] = siblingsIn(syntax, other, text, target);
    if (sibling) found.push({ path: other, text, sibling });
  }
  return found
    .sort((a, b) => b.sibling.likeness - a.sibling.likeness)
    .slice(0, MOST_SIBLINGS)
    .map(({ path, text, sibling: { region } }) => {
      const [start, end] = [region.leadingStart, endOf(text, region)];
      return {
        ...({ worth: 'sibling', path, title: t('similar function {0}', region.qualifiedName) } as const),
        ...{ start, end, text: text.slice(start, end) },
      };
    });
}

/** Whole lines, the closing brace among them. */
export function endOf(text: string, { bodyEnd }: FunctionRegion): number {
  return text[bodyEnd - 1] === '\n' && !/^\s*\}/.test(text.slice(bodyEnd, lineEnd(text, bodyEnd)))
    ? bodyEnd
    : lineEnd(text, bodyEnd);
}

/** Source files of the same folder and language that are no tests. */
async function neighboursOf(workspace: string, path: string): Promise<string[]> {
  const folder = posix.dirname(path);
  const ending = posix.extname(path);
  const entries = await readdir(join(workspace, folder), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && posix.extname(entry.name) === ending && !TEST.test(entry.name))
    .map(({ name }) => posix.join(folder, name))
    .filter((other) => other !== path)
    .sort()
    .slice(0, MOST_FILES);
}

function shapeOf(text: string, region: FunctionRegion): Shape {
  const header = headerOf(text, region).slice(0, 2000);
  const signature = region.docstring ? header.replace(region.docstring, '') : header;
  const types = [...signature.matchAll(/[:>|[<,]\s*['"]?([A-Z]\w*)/g)].map((match) => match[1]!);
  return { words: new Set(wordsOf(region.name)), types: new Set(types.filter((type) => !PLAIN_TYPES.has(type))) };
}

/** `parseHTML_page` is parse, html, page. */
function wordsOf(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g)?.map((word) => word.toLowerCase()) ?? [];
}

function likeness(a: Shape, b: Shape): number {
  return overlap(a.words, b.words) + overlap(a.types, b.types) / 2;
}

/** Jaccard's index. */
function overlap(a: Set<string>, b: Set<string>): number {
  const common = [...a].filter((item) => b.has(item)).length;
  return common === 0 ? 0 : common / (a.size + b.size - common);
}
