import type { FrameParts } from './frame.ts';
import type { Field, Part, ResultType, Scalar } from './shape.ts';

export type EcmascriptFlavour = 'javascript' | 'typescript';

const TYPES: Record<Scalar, string> = { int: 'number', float: 'number', word: 'string' };
const RESULTS: Record<ResultType, string> = {
  ...{ int: 'number', float: 'number', text: 'string' },
  ...{ ints: 'number[]', texts: 'string[]' },
};

interface Parameter {
  name: string;
  type: string;
}

/** A program in JavaScript, as contests run it, or in TypeScript, whose function is not written yet. */
export function ecmascriptFrame(frame: FrameParts, flavour: EcmascriptFlavour): string {
  const { symbol, title, task, shape, result } = frame;
  const isTyped = flavour === 'typescript';
  const parts = shape.parts === 'whole' ? [] : shape.parts;
  const parameters = shape.parts === 'whole' ? [{ name: 'lines', type: 'string[]' }] : parts.flatMap(parametersOf);
  const reading = shape.parts === 'whole' ? [] : parts.flatMap(readingOf);
  const names = parameters.map(({ name }) => name).join(', ');
  const once = [...reading, `console.log(${printed(`${symbol}(${names})`, result)});`];
  const signature = parameters.map(({ name, type }) => (isTyped ? `${name}: ${type}` : name)).join(', ');
  const main = shape.manyCases
    ? ['for (let left = Number(readLine()); left > 0; left--) {', ...once.map((line) => `  ${line}`), '}']
    : once;
  return lines(
    ...title.map((line) => `// ${line}`),
    isTyped ? "import { readFileSync } from 'node:fs';" : "const { readFileSync } = require('node:fs');",
    '',
    ...jsdoc(task, isTyped ? [] : types(parameters, RESULTS[result])),
    `${isTyped ? 'export ' : ''}function ${symbol}(${signature})${isTyped ? `: ${RESULTS[result]}` : ''} {`,
    "  throw new Error('not implemented');",
    '}',
    '',
    ...(isTyped ? [] : [`module.exports = { ${symbol} };`, '']),
    "const lines = readFileSync(0, 'utf8').trimEnd().split('\\n');",
    ...readers(reading, shape.manyCases, isTyped),
    '',
    ...guarded(main, frame.mayBeEmpty),
  );
}

/** Without any input it is loaded and not run. */
function guarded(main: string[], mayBeEmpty: boolean): string[] {
  return mayBeEmpty ? main : ["if (lines[0] !== '') {", ...main.map((line) => `  ${line}`), '}'];
}

function readers(reading: string[], manyCases: boolean, isTyped: boolean): string[] {
  const code = reading.join('\n');
  const usesWords = code.includes('readWords()');
  if (!usesWords && !manyCases && !code.includes('readLine()')) return [];
  const [text, words] = isTyped ? [': string', ': string[]'] : ['', ''];
  return [
    `const readLine = ()${text} => (lines.shift() ?? '').trimEnd();`,
    ...(usesWords ? [`const readWords = ()${words} => readLine().split(/\\s+/).filter(Boolean);`] : []),
  ];
}

function parametersOf(part: Part): Parameter[] {
  switch (part.kind) {
    case 'fields':
      return part.fields.filter(({ counts }) => !counts).map(({ name, type }) => ({ name, type: TYPES[type] }));
    case 'list':
      return [{ name: renamed(part.name), type: `${TYPES[part.type]}[]` }];
    case 'text':
      return [{ name: part.name, type: 'string' }];
    case 'rows': {
      const { row } = part;
      const of = row === null ? 'string' : row.width === 1 ? TYPES[row.type] : `${TYPES[row.type]}[]`;
      return [{ name: renamed(part.name), type: `${of}[]` }];
    }
  }
}

function readingOf(part: Part): string[] {
  switch (part.kind) {
    case 'fields':
      return fieldsRead(part.fields);
    case 'list':
      return [`const ${renamed(part.name)} = ${converted(part.type)};`];
    case 'text':
      return [`const ${part.name} = readLine();`];
    case 'rows': {
      const { row } = part;
      const word = row && (row.type === 'word' ? 'readLine().trim()' : 'Number(readLine())');
      const one = row === null ? 'readLine()' : row.width === 1 ? word : converted(row.type);
      return [`const ${renamed(part.name)} = Array.from({ length: ${part.count} }, () => ${one});`];
    }
  }
}

/** All lines have that name already. */
function renamed(name: string): string {
  return name === 'lines' ? 'rows' : name;
}

function fieldsRead(fields: Field[]): string[] {
  const names = fields.map(({ name }) => name).join(', ');
  const [first] = fields;
  if (fields.length === 1) {
    return [`const ${names} = ${first!.type === 'word' ? 'readLine().trim()' : 'Number(readLine())'};`];
  }
  if (fields.every(({ type }) => TYPES[type] === TYPES[first!.type])) {
    return [`const [${names}] = ${converted(first!.type)};`];
  }
  const read = fields.map(({ name, type }) => (type === 'word' ? name : `${name}Text`)).join(', ');
  const numbers = fields.filter(({ type }) => type !== 'word');
  return [`const [${read}] = readWords();`, ...numbers.map(({ name }) => `const ${name} = Number(${name}Text);`)];
}

function converted(type: Scalar): string {
  return type === 'word' ? 'readWords()' : 'readWords().map(Number)';
}

function printed(answer: string, result: ResultType): string {
  if (result === 'ints') return `${answer}.join(' ')`;
  return result === 'texts' ? `${answer}.join('\\n')` : answer;
}

/** In JavaScript nothing else says what types there are. */
function types(parameters: Parameter[], result: string): string[] {
  return [...parameters.map(({ name, type }) => `@param {${type}} ${name}`), `@returns {${result}}`];
}

function jsdoc(task: string[], tags: string[]): string[] {
  const all = [...task, ...tags].map((line) => line.replaceAll('*/', '* /'));
  return ['/**', ...all.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

function lines(...text: string[]): string {
  return `${text.join('\n')}\n`;
}
