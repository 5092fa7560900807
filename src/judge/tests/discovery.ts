import { readFileSync } from 'node:fs';
import { basename, extname, join, posix } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import type { FrameworkName, JudgeOptions, TestPlan } from '../../core/protocol.ts';
import { type Said, said } from '../../core/said.ts';
import { TEST_CHOICE } from '../../core/ways.ts';
import type { Source } from '../workspace/slot.ts';
import { excerpt } from './excerpt.ts';
import { familyOf, planFor, plansFor } from './families.ts';
import type { Project, TestFile } from './framework.ts';
import { mentions } from './mention.ts';

export interface Discovery {
  plan: TestPlan;
  /** The tests that concern the file or the symbol, cut to what mentions it. */
  tests: { path: string; text: string }[];
}

const MAX_TEST_BYTES = 512 * 1024;

/**
 * Finds the tests of a file without running anything: by name, then by whether they mention the symbol, or else the
 * file. `read` gives the text of a workspace file. Throws `tests-not-found` where tests are wanted and none concern it.
 */
export function discoverTests(
  options: JudgeOptions,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): Discovery {
  const { family, all, concerned } = testsAround(options, source, read);
  const tests = concerned.map(({ path, text }) => ({
    path,
    text: excerpt(text, options.symbol ?? stemOf(options.path)),
  }));
  switch (options.tests.kind) {
    case 'none':
      return { plan: { kind: 'none' }, tests };
    case 'command':
    case 'samples':
      return { plan: options.tests, tests };
    case 'program':
      return { plan: { kind: 'program', files: [options.path] }, tests };
    case 'auto': {
      const { framework } = options.tests;
      const plan = family && planFor(family, concerned, projectOf(options, source, read), framework);
      if (!plan) throw notFound(options, all.length, concerned.length > 0 ? framework : undefined);
      return { plan, tests };
    }
  }
}

/**
 * The ways in which the tests that concern a file, or the tests that it holds itself, can be run with what is installed; what
 * is taken by itself comes first.
 */
export function testPlans(
  options: Pick<JudgeOptions, 'workspace' | 'path' | 'symbol'>,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): TestPlan[] {
  const { family, concerned } = testsAround(options, source, read);
  const project = projectOf(options, source, read);
  if (!family) return [];
  const itself = { path: options.path, text: read(options.path) };
  return plansFor(family, family.tests.test(options.path) ? [itself] : concerned, project);
}

/** How the tests are run that do not concern the file, where a framework knows them. */
export function discoverOthers(
  options: Pick<JudgeOptions, 'workspace' | 'path' | 'symbol' | 'tests'>,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): TestPlan | undefined {
  const { family, all, concerned } = testsAround(options, source, read);
  const rest = all.filter((file) => !concerned.includes(file));
  const framework = options.tests.kind === 'auto' ? options.tests.framework : undefined;
  const project = projectOf(options, source, read);
  const plan = family && rest.length > 0 ? planFor(family, rest, project, framework) : undefined;
  return plan && 'files' in plan ? plan : undefined;
}

/** All test files that the languages of a file have, and those that concern it. */
function testsAround(
  options: Pick<JudgeOptions, 'path' | 'symbol'>,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
) {
  const family = familyOf(options.path);
  const all = source.entries
    .filter((entry) => entry.kind === 'file' && entry.path !== options.path && family?.tests.test(entry.path))
    .filter((entry) => entry.kind === 'file' && entry.bytes <= MAX_TEST_BYTES)
    .map((entry) => ({ path: entry.path, text: read(entry.path) }));
  return { family, all, concerned: concernedBy(all, options, family?.concerns ?? imports) };
}

export function projectOf(
  { workspace, path }: Pick<JudgeOptions, 'workspace' | 'path'>,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): Project {
  const paths = new Set(source.entries.map((entry) => entry.path));
  const files = source.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path);
  const has = (wanted: string) => paths.has(wanted);
  return { workspace, path, files, has, read: (wanted) => (has(wanted) ? read(wanted) : '') };
}

/** Reads from a folder; a file that is not text or vanished reads as empty, and concerns nobody. */
export function readerOf(root: string): (path: string) => string {
  return (path) => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return '';
    }
  };
}

/** Tests of the symbol; where none name it, tests of the file. */
function concernedBy(
  files: TestFile[],
  options: Pick<JudgeOptions, 'path' | 'symbol'>,
  concerns: typeof imports,
): TestFile[] {
  const importing = files.filter((file) => concerns(file, options.path));
  // `Stack.push` is tested through `push`.
  const symbol = options.symbol?.split('.').at(-1);
  const mentioning = symbol === undefined ? [] : files.filter(({ text }) => mentions(text, symbol));
  const both = mentioning.filter((file) => importing.includes(file));
  if (both.length > 0) return both;
  return mentioning.length > 0 ? mentioning : importing;
}

/** An import line that names the file's stem, or its folder for an index or `__init__` file, or the file by a relative path. */
function imports({ path: test, text }: TestFile, path: string): boolean {
  const stem = stemOf(path);
  const whole = path.slice(0, path.length - extname(path).length);
  const isNamed = (line: string) =>
    [...line.matchAll(/['"](\.{1,2}(?:\/[^'"]*)?)['"]/g)].some(([, named = '']) => {
      const target = posix.join(posix.dirname(test), named).replace(/\.[cm]?[jt]sx?$/, '');
      return [target, posix.join(target, 'index')].includes(whole);
    });
  return text
    .split('\n')
    .filter((line) => /^\s*(import|from|export)\b|\brequire\(|\bimport\(|\}\s*from\b/.test(line))
    .some((line) => mentions(line, stem) || isNamed(line));
}

function stemOf(path: string): string {
  const name = basename(path, extname(path));
  const folder = basename(path.slice(0, Math.max(0, path.length - basename(path).length - 1)));
  return (name === 'index' || name === '__init__') && folder !== '' ? folder : name;
}

/** @param framework the one that was asked for, where there are tests that concern the file */
function notFound(options: JudgeOptions, files: number, framework: FrameworkName | undefined): CoppiceError {
  if (framework !== undefined) {
    return new CoppiceError(
      'tests-not-found',
      said`The tests of ${options.path} are none that ${framework} runs.`,
      said`Choose another test framework, or let it be found automatically.`,
    );
  }
  return new CoppiceError(
    'tests-not-found',
    noneFound(options, files),
    said`Write a test that uses it, name a test command with ${TEST_CHOICE}, or turn tests off.`,
  );
}

function noneFound({ path, symbol }: JudgeOptions, files: number): Said {
  if (files === 0) return said`The workspace has no test files, so nothing can decide between candidates.`;
  return symbol === undefined
    ? said`None of ${files} test files mentions ${path}, so nothing can decide between candidates.`
    : said`None of ${files} test files mentions ${symbol} or ${path}, so nothing can decide between candidates.`;
}
