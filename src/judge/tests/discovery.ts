import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CoppiceError } from '../../core/errors.ts';
import { type Language, languageOf } from '../../core/language.ts';
import type { JudgeOptions, TestPlan } from '../../core/protocol.ts';
import type { Source } from '../workspace/slot.ts';
import { excerpt } from './excerpt.ts';

export interface Discovery {
  plan: TestPlan;
  /** The tests that concern the file or the symbol, cut to what mentions it. */
  tests: { path: string; text: string }[];
}

interface TestFile {
  path: string;
  text: string;
}

type Family = 'python' | 'ecmascript';

/** pytest's and unittest's names, and what `node --test` looks for. */
const TEST_NAMES: Record<Family, RegExp> = {
  python: /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/,
  ecmascript: /(^|\/)([^/]+[.\-_](test|spec)|test-[^/]+|test)\.[cm]?[jt]sx?$|(^|\/)(test|__tests__)\/.*\.[cm]?[jt]sx?$/,
};

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
  const language = languageOf(options.path);
  const family = language && familyOf(language);
  const all = family ? testFiles(family, options.path, source, read) : [];
  const concerned = concernedBy(all, options);
  const tests = concerned.map(({ path, text }) => ({
    path,
    text: excerpt(text, options.symbol ?? stemOf(options.path)),
  }));
  switch (options.tests.kind) {
    case 'none':
      return { plan: { kind: 'none' }, tests };
    case 'command':
      return { plan: { kind: 'command', command: options.tests.command }, tests };
    case 'auto':
      if (concerned.length === 0 || !family) throw notFound(options, all.length);
      return { plan: planFor(family, concerned, source, read), tests };
  }
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

function familyOf(language: Language): Family {
  return language === 'python' ? 'python' : 'ecmascript';
}

function testFiles(
  family: Family,
  path: string,
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): TestFile[] {
  return source.entries
    .filter((entry) => entry.kind === 'file' && entry.path !== path && TEST_NAMES[family].test(entry.path))
    .filter((entry) => entry.kind === 'file' && entry.bytes <= MAX_TEST_BYTES)
    .map((entry) => ({ path: entry.path, text: read(entry.path) }));
}

/** Tests of the symbol; where none name it, tests of the file. */
function concernedBy(files: TestFile[], options: JudgeOptions): TestFile[] {
  const importing = files.filter(({ text }) => imports(text, options.path));
  // `Stack.push` is tested through `push`.
  const symbol = options.symbol?.split('.').at(-1);
  const mentioning = symbol === undefined ? [] : files.filter(({ text }) => mentions(text, symbol));
  const both = mentioning.filter((file) => importing.includes(file));
  if (both.length > 0) return both;
  return mentioning.length > 0 ? mentioning : importing;
}

function mentions(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${escaped(word)}(?![\\w$])`).test(text);
}

/** An import line that names the file's stem, or its folder for an index or `__init__` file. */
function imports(text: string, path: string): boolean {
  const stem = stemOf(path);
  return text
    .split('\n')
    .some((line) => /^\s*(import|from|export)\b|\brequire\(|\bimport\(|\}\s*from\b/.test(line) && mentions(line, stem));
}

function stemOf(path: string): string {
  const name = basename(path, extname(path));
  const folder = basename(path.slice(0, Math.max(0, path.length - basename(path).length - 1)));
  return (name === 'index' || name === '__init__') && folder !== '' ? folder : name;
}

function planFor(
  family: Family,
  files: TestFile[],
  source: Pick<Source, 'entries'>,
  read: (path: string) => string,
): TestPlan {
  const paths = files.map(({ path }) => path);
  if (family === 'python') {
    return files.some(({ text }) => isPytest(text))
      ? { kind: 'pytest', files: paths }
      : { kind: 'unittest', files: paths };
  }
  const native = files.filter(({ text }) => /['"]node:test['"]/.test(text));
  if (native.length > 0) return { kind: 'node-test', files: native.map(({ path }) => path) };
  const manifest = packageJson(read('package.json'));
  const has = (name: string) => manifest.tools.includes(name) || files.some(({ text }) => text.includes(`'${name}'`));
  const list = paths.map(quoted).join(' ');
  const installed = source.entries.some((entry) => entry.path === 'node_modules');
  if (installed && has('vitest')) return { kind: 'command', command: `node_modules/.bin/vitest run ${list}` };
  if (installed && has('jest')) {
    return { kind: 'command', command: `node_modules/.bin/jest --watchman=false --runInBand ${list}` };
  }
  return manifest.test ? { kind: 'command', command: 'npm test --silent' } : { kind: 'node-test', files: paths };
}

/** Test functions outside of classes, fixtures, or its import: unittest would not see these. */
function isPytest(text: string): boolean {
  return (
    /^\s*(import|from)\s+pytest\b/m.test(text) || /^(async\s+)?def\s+test_/m.test(text) || !/\bunittest\b/.test(text)
  );
}

function packageJson(text: string): { test: boolean; tools: string[] } {
  try {
    const { scripts = {}, dependencies = {}, devDependencies = {} } = JSON.parse(text);
    const test = typeof scripts.test === 'string' && !scripts.test.includes('no test specified');
    return { test, tools: Object.keys({ ...dependencies, ...devDependencies }) };
  } catch {
    return { test: false, tools: [] };
  }
}

function notFound(options: JudgeOptions, files: number): CoppiceError {
  const what = options.symbol === undefined ? options.path : `${options.symbol} or ${options.path}`;
  const found = files === 0 ? 'The workspace has no test files' : `None of ${files} test files mentions ${what}`;
  return new CoppiceError(
    'tests-not-found',
    `${found}, so nothing can decide between candidates.`,
    'Write a test that uses it, name a test command with --tests, or turn tests off.',
  );
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
