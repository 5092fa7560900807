import { languageOf } from '../../core/language.ts';
import type { Excerpt } from '../../core/prompt/context.ts';
import type { Range } from '../../core/prompt/cut.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Target } from '../target.ts';
import { mention } from '../test-scope.ts';
import { type DefinitionFinder, Definitions, type Use } from './definitions.ts';
import { instructions } from './instructions.ts';
import type { PromptFiles } from './prompt-files.ts';
import { endOf, siblingExcerpts, siblingsIn } from './siblings.ts';

/** A place of a file where the user has worked of late; `line` is 0-based. */
export interface RecentEdit {
  path: string;
  line: number;
}

export interface ContextRequest {
  target: Target;
  /** Paths of the files with its tests. */
  tests: readonly string[];
  finder?: DefinitionFinder | undefined;
  /** The latest first. */
  recent?: readonly RecentEdit[] | undefined;
}

/** So many lines around an edit. */
const RECENT_LINES = 12;
const MOST_RECENT = 3;

/** Parts of other files of the workspace that may help with a function. */
export async function gatherContext(
  syntax: Syntax,
  files: PromptFiles,
  { target, tests, finder, recent = [] }: ContextRequest,
): Promise<Excerpt[]> {
  const uses = [...usesOfSignature(syntax, target), ...(await usesOfTests(syntax, files, target, tests))];
  const definitions = await new Definitions(syntax, files).excerpts(uses, target.source.path, finder);
  const siblings = await siblingExcerpts(syntax, files, target);
  // Tests are shown as tests.
  const others = [...definitions, ...siblings].filter(({ path }) => !tests.includes(path));
  const edited = await recentExcerpts(files, recent, [target.source.path, ...tests]);
  return [...others, ...(await instructions(files)), ...edited];
}

/** What is worth most of the target's own file where not all of it fits, the best first. */
export function wantedOf(syntax: Syntax, target: Target): { before: Range[]; after: Range[] } {
  const { source, region } = target;
  const { language, text } = source;
  const scopes = syntax.scopes(language, text, region.start);
  const names = new Set(usesOfSignature(syntax, target).map(({ name }) => name));
  const all: Range[] = [
    ...scopes.map(({ start, headerEnd }) => ({ start, end: headerEnd })),
    ...syntax.definitions(language, text).filter(({ name }) => names.has(name)),
    ...scopes.flatMap(({ members }) => members),
    ...siblingsIn(syntax, source.path, text, target).map(({ region: sibling }) => ({
      start: sibling.leadingStart,
      end: endOf(text, sibling),
    })),
  ].filter(({ start, end }) => !(start <= region.start && region.bodyEnd <= end));
  const offset = region.bodyEnd - region.after.length;
  return {
    before: all.filter(({ end }) => end <= region.leadingStart),
    after: all
      .filter(({ start }) => start >= region.bodyEnd)
      .map(({ start, end }) => ({ start: start - offset, end: end - offset })),
  };
}

/** Names in the header of the function, and in those of the classes that it is in. */
function usesOfSignature(syntax: Syntax, { source, region }: Target): Use[] {
  const { language, text, path } = source;
  const scopes = syntax.scopes(language, text, region.start);
  const headers = [
    { start: region.start, end: region.headerEnd },
    ...scopes.map(({ start, headerEnd }) => ({ start, end: headerEnd })),
  ];
  return syntax
    .mentions(language, text, headers)
    .filter(({ name }) => name !== region.name)
    .map(({ name, offset }) => ({ path, name, offset, worth: 'signature' }));
}

/** Names in the test cases that mention the function. */
async function usesOfTests(
  syntax: Syntax,
  files: PromptFiles,
  { region }: Target,
  tests: readonly string[],
): Promise<Use[]> {
  const uses: Use[] = [];
  for (const path of tests) {
    const language = languageOf(path);
    const text = await files.text(path);
    if (!language || text === undefined) continue;
    const cases = syntax
      .testCases(language, text)
      .filter(({ kind, start, end }) => kind === 'case' && mention(region.name).test(text.slice(start, end)));
    const mentions = syntax.mentions(language, text, cases).filter(({ name }) => name !== region.name);
    uses.push(...mentions.map(({ name, offset }): Use => ({ path, name, offset, worth: 'tests' })));
  }
  return uses;
}

async function recentExcerpts(files: PromptFiles, recent: readonly RecentEdit[], known: string[]): Promise<Excerpt[]> {
  const { t } = files;
  const excerpts: Excerpt[] = [];
  for (const { path, line } of recent.filter((edit) => !known.includes(edit.path)).slice(0, MOST_RECENT)) {
    const lines = (await files.text(path))?.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const first = Math.max(0, line - RECENT_LINES);
    const start = lines.slice(0, first).join('').length;
    const text = lines.slice(first, line + RECENT_LINES).join('');
    const left = lines.length - Math.min(lines.length, line + RECENT_LINES) + first;
    if (text.trim() === '') continue;
    excerpts.push({
      ...{ worth: 'recent', path, title: t('edited of late'), start, end: start + text.length, text, cuttable: true },
      ...(left > 0 ? { cut: t('{0} lines far from the edit', left) } : {}),
    });
  }
  return excerpts;
}
