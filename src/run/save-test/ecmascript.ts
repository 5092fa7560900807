import { dirname, extname, relative } from 'node:path/posix';
import { languageOf } from '../../core/language.ts';
import type { Syntax } from '../../syntax/syntax.ts';
import type { Example } from './example.ts';
import { after, calleeIn, type Insertion, neighbourOf, requoted, says, unitOf } from './place.ts';

const IMPORTS = /^(?:import\b[^'"]*['"][^'"\n]*['"]|(?:const|let|var)\b[^=]*=\s*require\([^)]*\))[^\n]*$/gm;
const LONGEST_TITLE = 80;
/** Errors that need no import. */
const BUILT_IN = /^(Error|TypeError|RangeError|SyntaxError|ReferenceError|URIError|EvalError)$/;

export type EcmascriptFramework = 'node-test' | 'vitest' | 'jest' | 'mocha';

/** How a file of tests says what is right. */
type Assertions = 'expect' | 'chai expect' | 'strict assert' | 'assert' | 'chai assert';

/** The file of the function, as tests import it. */
export interface Subject {
  /** Relative to the workspace, forward slashes. */
  path: string;
  text: string;
}

/**
 * A test of the example for a file of JavaScript or TypeScript tests: beside those of the same function, in their style. The
 * last insertion is the test itself; none where the file has it already.
 *
 * @param path of the test file, relative to the workspace
 */
export function addEcmascriptTest(
  syntax: Syntax,
  { path, text }: { path: string; text: string },
  example: Example,
  subject: Subject,
): Insertion[] {
  const { symbol } = example;
  const neighbour = neighbourOf(syntax, languageOf(path) ?? 'javascript', text, symbol);
  const found = assertionsIn(neighbour?.text ?? text, text);
  // Chai alone knows nothing of promises.
  const isForeign = example.isAsync && example.right.kind === 'error' && found?.startsWith('chai');
  const assertions = isForeign ? undefined : found;
  const isModule = !/\brequire\(/.test(text) || /^(import|export)\b/m.test(text);
  const { callee, line } = importFor({ path, text }, symbol, subject, isModule);
  const lines = [
    ...(line === undefined ? [] : [line]),
    ...(assertions ? [] : [isModule ? "import assert from 'node:assert/strict';" : ASSERT_REQUIRED]),
  ];
  const isTerminated = /;[ \t]*$/m.test(neighbour?.text ?? text);
  const style = {
    assertions: assertions ?? 'strict assert',
    name: /^\s*(?:await\s+)?(test|it)\b/.exec(neighbour?.text ?? '')?.[1] ?? (/\bit\(/.test(text) ? 'it' : 'test'),
    step: neighbour?.step ?? '  ',
  };
  const asFile = (written: string) => requoted(isTerminated ? written : written.replace(/;$/gm, ''), text);
  const { title, statement } = testOf(example, callee, style.assertions);
  if (says(text, asFile(statement))) return [];
  const body = asFile(testCase(style, title, statement, example.isAsync));
  const indent = neighbour?.indent ?? '';
  const offset = neighbour?.end ?? text.trimEnd().length;
  const indented = body.replace(/^(?=.)/gm, indent);
  const inserted = { offset, text: `\n\n${indented}${offset === text.length ? '\n' : ''}` };
  const imports = lines.map((each) => `${asFile(each)}\n`).join('');
  return [...(imports === '' ? [] : [{ offset: after(text, IMPORTS), text: imports }]), inserted];
}

const ASSERT_REQUIRED = "const assert = require('node:assert/strict');";

/** A file of its own for the example. */
export function newEcmascriptFile(
  path: string,
  example: Example,
  subject: Subject,
  framework: EcmascriptFramework,
  isModule: boolean,
): string {
  const bring = (what: string, from: string) =>
    isModule ? `import ${what} from '${from}';` : `const ${what} = require('${from}');`;
  const isExpect = framework === 'vitest' || framework === 'jest';
  const imports = {
    'node-test': [bring('assert', 'node:assert/strict'), bring('{ test }', 'node:test')],
    vitest: [bring('{ expect, test }', 'vitest')],
    jest: [],
    mocha: [bring('assert', 'node:assert/strict')],
  }[framework];
  const { symbol } = example;
  const extension = framework === 'node-test' || framework === 'mocha' ? extname(subject.path) : '';
  const own = importLine(symbol, specifier(path, subject.path, extension), subject, isModule);
  const { title, statement } = testOf(example, symbol, isExpect ? 'expect' : 'strict assert');
  const style = { name: framework === 'mocha' ? 'it' : 'test', step: '  ' };
  return `${[...imports, own].join('\n')}\n\n${testCase(style, title, statement, example.isAsync)}\n`;
}

function testCase(
  { name, step }: { name: string; step: string },
  title: string,
  statement: string,
  isAsync: boolean,
): string {
  const escaped = title.replaceAll('\\', '\\\\');
  const isCalm = title.includes("'") && !title.includes('"');
  const quoted = isCalm ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
  return `${name}(${quoted}, ${isAsync ? 'async ' : ''}() => {\n${step}${statement}\n});`;
}

/** What is said of the example, and the sentence that says it. */
function testOf(example: Example, callee: string, assertions: Assertions): { title: string; statement: string } {
  const { symbol, given, right, isAsync } = example;
  const call = `${callee}${given}`;
  const result = isAsync ? `await ${call}` : call;
  const say = right.kind === 'error' ? `throws ${right.name ?? 'something'}` : `gives ${right.text}`;
  const whole = `${symbol}${given} ${say}`;
  const title = whole.length <= LONGEST_TITLE ? whole : `${whole.slice(0, LONGEST_TITLE - 3)}...`;
  switch (right.kind) {
    case 'value':
      return { title, statement: equality(result, right.text, assertions) };
    case 'rounded': {
      const unit = unitOf(right.value);
      const digits = Math.max(0, Math.round(-Math.log10(unit)) - 1);
      if (assertions === 'expect')
        return { title, statement: `expect(${result}).toBeCloseTo(${right.text}, ${digits});` };
      if (assertions === 'chai expect')
        return { title, statement: `expect(${result}).to.be.closeTo(${right.text}, ${unit});` };
      // A second minus sign would be something else.
      const number = right.value < 0 ? `(${right.text})` : right.text;
      return { title, statement: `assert.ok(Math.abs(${result} - ${number}) < ${unit});` };
    }
    case 'error': {
      const error = right.name !== undefined && BUILT_IN.test(right.name) ? right.name : '';
      return { title, statement: failure(call, error, isAsync, assertions) };
    }
  }
}

function equality(result: string, right: string, assertions: Assertions): string {
  const isDeep = /^(\[|\{|new )/.test(right);
  switch (assertions) {
    case 'expect':
      return `expect(${result}).${isDeep ? 'toEqual' : 'toBe'}(${right});`;
    case 'chai expect':
      return `expect(${result}).to.${isDeep ? 'deep.' : ''}equal(${right});`;
    case 'strict assert':
      return `assert.${isDeep ? 'deepEqual' : 'equal'}(${result}, ${right});`;
    case 'assert':
    case 'chai assert':
      return `assert.${isDeep ? 'deepStrictEqual' : 'strictEqual'}(${result}, ${right});`;
  }
}

function failure(call: string, error: string, isAsync: boolean, assertions: Assertions): string {
  const more = error === '' ? '' : `, ${error}`;
  switch (assertions) {
    case 'expect':
      if (isAsync) return `await expect(${call}).rejects.toThrow(${error});`;
      return `expect(() => ${call}).toThrow(${error});`;
    case 'chai expect':
      return `expect(() => ${call}).to.throw(${error});`;
    default:
      return isAsync ? `await assert.rejects(async () => ${call}${more});` : `assert.throws(() => ${call}${more});`;
  }
}

/** What a case uses, told apart by what its file imports; undefined where it is none of them. */
function assertionsIn(scope: string, file: string): Assertions | undefined {
  const isChai = /['"]chai['"]/.test(file);
  if (/\bexpect\s*\(/.test(scope)) return isChai ? 'chai expect' : 'expect';
  if (!/\bassert\s*[.(]/.test(scope)) return undefined;
  if (isChai) return 'chai assert';
  return /['"](node:)?assert\/strict['"]|\bstrict as assert\b|\bassert\s*\}?\s*=.*\.strict\b/.test(file)
    ? 'strict assert'
    : 'assert';
}

/** How the file can call the function, and the line that it needs for that. */
function importFor(
  { path, text }: { path: string; text: string },
  symbol: string,
  subject: Subject,
  isModule: boolean,
): { callee: string; line?: string } {
  const callee = calleeIn(text, symbol);
  if (callee) return { callee };
  const stem = subject.path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const known = [...text.matchAll(/(?:\bfrom\s*|\brequire\(\s*)(['"])(\.[^'"\n]*)\1/g)].map((match) => match[2]!);
  const own = known.find((each) => each.replace(/^.*\//, '').replace(/\.\w+$/, '') === stem);
  const star =
    own && new RegExp(`\\*\\s+as\\s+(\\w+)\\s+from\\s*['"]${own.replaceAll('.', '\\.')}['"]`).exec(text)?.[1];
  if (star) return { callee: `${star}.${symbol}` };
  const example = known.find((each) => /\.[cm]?[jt]sx?$/.test(each));
  const extension = known.length > 0 && !example ? '' : example?.endsWith('.js') ? '.js' : extname(subject.path);
  const from = own ?? specifier(path, subject.path, extension);
  return { callee: symbol, line: importLine(symbol, from, subject, isModule) };
}

function importLine(symbol: string, from: string, { text }: Subject, isModule: boolean): string {
  const name = symbol.replaceAll('$', '\\$');
  const isDefault = new RegExp(
    `\\bexport\\s+default\\s+(async\\s+)?(function\\s*\\*?\\s*)?${name}\\b|\\bmodule\\.exports\\s*=\\s*${name}\\b`,
  ).test(text);
  const what = isDefault ? symbol : `{ ${symbol} }`;
  return isModule ? `import ${what} from '${from}';` : `const ${what} = require('${from}');`;
}

function specifier(from: string, to: string, extension: string): string {
  const path = relative(dirname(from), to.slice(0, to.length - extname(to).length));
  return `${path.startsWith('.') ? path : `./${path}`}${extension}`;
}
