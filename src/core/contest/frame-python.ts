import type { FrameParts } from './frame.ts';
import type { Field, Part, ResultType, Scalar } from './shape.ts';

const TYPES: Record<Scalar, string> = { int: 'int', float: 'float', word: 'str' };
const RESULTS: Record<ResultType, string> = {
  ...{ int: 'int', float: 'float', text: 'str' },
  ...{ ints: 'list[int]', texts: 'list[str]' },
};

/** A program in Python whose function is not written yet. */
export function pythonFrame({ symbol, title, task, shape, result }: FrameParts): string {
  const parts = shape.parts === 'whole' ? [] : shape.parts;
  const parameters = shape.parts === 'whole' ? ['lines: list[str]'] : parts.flatMap(parametersOf);
  const reading = shape.parts === 'whole' ? ['lines = sys.stdin.read().splitlines()'] : parts.flatMap(readingOf);
  const names = parameters.map((parameter) => parameter.split(':')[0]!);
  const answer = `${symbol}(${names.join(', ')})`;
  const once = [...reading, `print(${printed(answer, result)})`];
  const main = shape.manyCases ? ['for _ in range(int(input())):', ...once.map((line) => `    ${line}`)] : once;
  return lines(
    ...title.map((line) => `# ${line}`),
    ...(shape.parts === 'whole' ? ['import sys', '', ''] : ['', '']),
    `def ${symbol}(${parameters.join(', ')}) -> ${RESULTS[result]}:`,
    ...docstring(task).map((line) => (line === '' ? '' : `    ${line}`)),
    '    raise NotImplementedError',
    ...['', '', 'def main() -> None:'],
    ...main.map((line) => `    ${line}`),
    ...['', '', 'if __name__ == "__main__":', '    main()'],
  );
}

function parametersOf(part: Part): string[] {
  switch (part.kind) {
    case 'fields':
      return part.fields.filter(({ counts }) => !counts).map(({ name, type }) => `${name}: ${TYPES[type]}`);
    case 'list':
      return [`${part.name}: list[${TYPES[part.type]}]`];
    case 'text':
      return [`${part.name}: str`];
    case 'rows': {
      const { row } = part;
      const of = row === null ? 'str' : row.width === 1 ? TYPES[row.type] : `list[${TYPES[row.type]}]`;
      return [`${part.name}: list[${of}]`];
    }
  }
}

function readingOf(part: Part): string[] {
  switch (part.kind) {
    case 'fields':
      return fieldsRead(part.fields);
    case 'list':
      return [`${part.name} = ${listRead(part.type)}`];
    case 'text':
      return [`${part.name} = input()`];
    case 'rows': {
      const { row } = part;
      const one = row === null ? 'input()' : row.width === 1 ? converted('input()', row.type) : listRead(row.type);
      return [`${part.name} = [${one} for _ in range(${part.count})]`];
    }
  }
}

function fieldsRead(fields: Field[]): string[] {
  const names = fields.map(({ name }) => name).join(', ');
  const [first] = fields;
  if (fields.length === 1) return [`${names} = ${converted('input()', first!.type)}`];
  if (fields.every(({ type }) => type === first!.type))
    return [`${names} = map(${TYPES[first!.type]}, input().split())`];
  const numbers = fields.filter(({ type }) => type !== 'word');
  return [`${names} = input().split()`, ...numbers.map(({ name, type }) => `${name} = ${TYPES[type]}(${name})`)];
}

function listRead(type: Scalar): string {
  return type === 'word' ? 'input().split()' : `list(map(${TYPES[type]}, input().split()))`;
}

/** A text keeps no white space around it: words have none. */
function converted(text: string, type: Scalar): string {
  return type === 'word' ? `${text}.strip()` : `${TYPES[type]}(${text})`;
}

function printed(answer: string, result: ResultType): string {
  if (result === 'ints') return `*${answer}`;
  return result === 'texts' ? `"\\n".join(${answer})` : answer;
}

function docstring(task: string[]): string[] {
  const safe = task.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"""', "'''"));
  const [only = ''] = safe;
  if (safe.length > 1) return [`"""${only}`, ...safe.slice(1), '"""'];
  // A quote right before the last three would end it early.
  return [only.endsWith('"') ? `"""${only} """` : `"""${only}"""`];
}

function lines(...text: string[]): string {
  return `${text.join('\n')}\n`;
}
