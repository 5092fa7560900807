import type { Syntax } from '../../syntax/syntax.ts';
import type { Example } from './example.ts';
import { after, calleeIn, type Insertion, neighbourOf, requoted, says, unitOf } from './place.ts';

const IMPORTS = /^(?:from[ \t]+\S+[ \t]+import[ \t]*(?:\([^)]*\)|[^\n(]+)|import[ \t]+[^\n]+)/gm;
const MAIN = /^if __name__ == /m;
const LONGEST_NAME = 50;
/** Errors that need no import. */
const BUILT_IN = new Set(
  [
    ...['Arithmetic', 'Assertion', 'Attribute', 'EOF', 'FloatingPoint', 'Import', 'Index', 'Key', 'Lookup', 'Memory'],
    ...['ModuleNotFound', 'Name', 'NotImplemented', 'OS', 'Overflow', 'Permission', 'Recursion', 'Runtime', 'Syntax'],
    ...['System', 'Timeout', 'Type', 'UnboundLocal', 'Unicode', 'UnicodeDecode', 'UnicodeEncode', 'Value'],
    ...['ZeroDivision', 'FileNotFound', 'FileExists', 'Connection'],
  ].map((name) => `${name}Error`),
);

/** What a test needs beside itself. */
interface Lines {
  lines: string[];
  imports: string[];
}

/**
 * A test of the example for a file of Python tests: beside those of the same function, in their style. The last insertion is
 * the test itself; none where the file has it already.
 *
 * @param module the function's, as an import names it
 */
export function addPythonTest(syntax: Syntax, text: string, example: Example, module: string): Insertion[] {
  const { symbol } = example;
  const neighbour = neighbourOf(syntax, 'python', text, symbol);
  const isMethod = neighbour?.group !== undefined;
  const isUnittest = neighbour
    ? /\bself\.assert/.test(neighbour.text) || /TestCase\b/.test(neighbour.group ?? '')
    : /\bunittest\.TestCase\b/.test(text) && !/^def test_/m.test(text);
  const { callee, line } = importFor(text, symbol, module);
  const quoted = { ...example, given: requoted(example.given, text), right: requotedRight(example, text) };
  const test = isUnittest ? unittestLines(quoted, callee) : pytestLines(quoted, callee);
  if (says(text, test.lines.join('\n'))) return [];
  const imports = [...(line ? [line] : []), ...test.imports].filter((each) => !hasLine(text, each));
  const name = uniqueName(text, nameOf(example));

  const { indent, step } = neighbour ?? { indent: '', step: '    ' };
  const written = (self: string, at: string) =>
    [`${at}def ${name}(${self}):`, ...test.lines.map((each) => at + step + each)].join('\n');
  let inserted: Insertion;
  if (neighbour) {
    const gap = isMethod ? '\n\n' : '\n\n\n';
    inserted = { offset: neighbour.end, text: gap + written(isMethod ? 'self' : '', indent) };
  } else {
    const body = isUnittest
      ? `class ${classOf(symbol)}(unittest.TestCase):\n${written('self', step)}`
      : written('', '');
    const main = MAIN.exec(text)?.index;
    const end = text.trimEnd().length;
    inserted = main === undefined ? { offset: end, text: `\n\n\n${body}` } : { offset: main, text: `${body}\n\n\n` };
  }
  // The last line of a file ends as the others do.
  if (inserted.offset === text.length) inserted.text += '\n';
  const place = after(text, IMPORTS);
  return [...(imports.length > 0 ? [{ offset: place, text: `${imports.join('\n')}\n` }] : []), inserted];
}

/** A file of its own for the example. */
export function newPythonFile(example: Example, module: string, framework: 'pytest' | 'unittest'): string {
  const { symbol } = example;
  const test = framework === 'unittest' ? unittestLines(example, symbol) : pytestLines(example, symbol);
  const standard = framework === 'unittest' ? [...test.imports, 'import unittest'] : test.imports;
  const head = [...standard, ...(standard.length > 0 ? [''] : []), `from ${module} import ${symbol}`].join('\n');
  const name = nameOf(example);
  if (framework === 'pytest') {
    return `${head}\n\n\ndef ${name}():\n${test.lines.map((line) => `    ${line}\n`).join('')}`;
  }
  const body = test.lines.map((line) => `        ${line}\n`).join('');
  return `${head}\n\n\nclass ${classOf(symbol)}(unittest.TestCase):\n    def ${name}(self):\n${body}`;
}

/** `src/words/text.py` is `words.text`. */
export function pythonModule(path: string): string {
  return path
    .replace(/\.pyi?$/, '')
    .replace(/^src\//, '')
    .replace(/(^|\/)__init__$/, '')
    .replaceAll('/', '.');
}

function unittestLines(example: Example, callee: string): Lines {
  const { call, imports } = callOf(example, callee);
  const { right } = example;
  switch (right.kind) {
    case 'value':
      if (right.text === 'None') return { lines: [`self.assertIsNone(${call})`], imports };
      if (/^(True|False)$/.test(right.text)) return { lines: [`self.assertIs(${call}, ${right.text})`], imports };
      return { lines: [`self.assertEqual(${call}, ${right.text})`], imports };
    case 'rounded':
      return { lines: [`self.assertAlmostEqual(${call}, ${right.text}, delta=${unitOf(right.value)})`], imports };
    case 'error':
      return { lines: [`with self.assertRaises(${errorOf(right.name)}):`, `    ${call}`], imports };
  }
}

function pytestLines(example: Example, callee: string): Lines {
  const { call, imports } = callOf(example, callee);
  const { right } = example;
  const pytest = [...imports, 'import pytest'];
  switch (right.kind) {
    case 'value': {
      const operator = /^(True|False|None)$/.test(right.text) ? 'is' : '==';
      return { lines: [`assert ${call} ${operator} ${right.text}`], imports };
    }
    case 'rounded':
      return { lines: [`assert ${call} == pytest.approx(${right.text})`], imports: pytest };
    case 'error':
      return { lines: [`with pytest.raises(${errorOf(right.name)}):`, `    ${call}`], imports: pytest };
  }
}

function callOf({ given, isAsync }: Example, callee: string): { call: string; imports: string[] } {
  const call = `${callee}${given}`;
  return isAsync ? { call: `asyncio.run(${call})`, imports: ['import asyncio'] } : { call, imports: [] };
}

function errorOf(name: string | undefined): string {
  return name !== undefined && BUILT_IN.has(name) ? name : 'Exception';
}

/** How the file can call the function, and the line that it needs for that. */
function importFor(text: string, symbol: string, module: string): { callee: string; line?: string } {
  const callee = calleeIn(text, symbol);
  if (callee) return { callee };
  const stem = module.split('.').at(-1)!;
  const whole = new RegExp(`^import[ \\t]+((?:\\w+\\.)*${stem})(?:[ \\t]+as[ \\t]+(\\w+))?[ \\t]*$`, 'm').exec(text);
  if (whole) return { callee: `${whole[2] ?? whole[1]}.${symbol}` };
  const from = new RegExp(`^from[ \\t]+(\\.*(?:\\w+\\.)*${stem})[ \\t]+import\\b`, 'm').exec(text);
  if (from) return { callee: symbol, line: `from ${from[1]} import ${symbol}` };
  const member = new RegExp(`^from[ \\t]+\\S+[ \\t]+import[ \\t]+[^\\n]*\\b${stem}\\b`, 'm');
  if (member.test(text)) return { callee: `${stem}.${symbol}` };
  return { callee: symbol, line: `from ${module} import ${symbol}` };
}

function hasLine(text: string, line: string): boolean {
  return text.split('\n').some((each) => each.trim() === line);
}

/** `test_count_vowels_of_a_b`, as far as the arguments have words. */
function nameOf({ symbol, given }: Example): string {
  const words = given.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  let name = `test_${symbol.replace(/^_+/, '')}_of`;
  for (const word of words) {
    if (name.length + 1 + word.length > LONGEST_NAME) break;
    name += `_${word}`;
  }
  return name.endsWith('_of') ? name.replace(/_of$/, '_example') : name;
}

function uniqueName(text: string, name: string): string {
  const isTaken = (each: string) => new RegExp(`\\bdef ${each}\\(`).test(text);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

/** `CountVowels` of `count_vowels`. */
function classOf(symbol: string): string {
  const words = symbol.split('_').filter((word) => word !== '');
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('') || 'Example';
}

function requotedRight({ right }: Example, text: string): Example['right'] {
  return right.kind === 'value' ? { ...right, text: requoted(right.text, text) } : right;
}
