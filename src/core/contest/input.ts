import { type Field, type InputShape, linesOf, type Part, typeOf, wordsOf } from './shape.ts';

/** A word, words, or rows of words or of one text each, by the names of a shape. Counts are not kept: they follow from the rest. */
export type CaseInput = Record<string, string | string[] | string[][]>;

/** An input taken apart; undefined where it has not the form of the shape. Without a form its lines are rows of words. */
export function parseInput(text: string, { manyCases, parts }: InputShape): CaseInput[] | undefined {
  const lines = linesOf(text);
  if (parts === 'whole') return [{ lines: lines.map(wordsOf) }];
  const count = manyCases ? Number(lines.shift()) : 1;
  const cases: CaseInput[] = [];
  for (let at = 0; at < count; at++) {
    const one = parseCase(lines, parts);
    if (!one) return undefined;
    cases.push(one);
  }
  return lines.length === 0 && cases.length > 0 ? cases : undefined;
}

export function inputText(cases: readonly CaseInput[], { manyCases, parts }: InputShape): string {
  const lines = cases.flatMap((one) =>
    parts === 'whole' ? (one.lines as string[][]).map((words) => words.join(' ')) : caseLines(one, parts),
  );
  return [...(manyCases ? [String(cases.length)] : []), ...lines].map((line) => `${line}\n`).join('');
}

/** What a part holds beside its fields: undefined for a line of fields. */
export function nameOf(part: Part): string | undefined {
  return part.kind === 'fields' ? undefined : part.name;
}

function parseCase(lines: string[], parts: readonly Part[]): CaseInput | undefined {
  const found: CaseInput = {};
  const counts = new Map<string, number>();
  for (const part of parts) {
    const line = part.kind === 'rows' ? '' : lines.shift();
    if (line === undefined) return undefined;
    switch (part.kind) {
      case 'fields': {
        const words = wordsOf(line);
        if (words.length !== part.fields.length || !part.fields.every((field, at) => isOf(words[at]!, field)))
          return undefined;
        for (const [at, { name, counts: isCount }] of part.fields.entries()) {
          if (isCount) counts.set(name, Number(words[at]));
          else found[name] = words[at]!;
        }
        break;
      }
      case 'list': {
        const words = wordsOf(line);
        if (part.count !== undefined && words.length !== counts.get(part.count)) return undefined;
        found[part.name] = words;
        break;
      }
      case 'text':
        found[part.name] = line;
        break;
      case 'rows': {
        const rows = lines.splice(0, counts.get(part.count));
        if (rows.length !== counts.get(part.count)) return undefined;
        const { row } = part;
        const words = rows.map(wordsOf);
        if (row && words.some(({ length }) => length !== row.width)) return undefined;
        found[part.name] = row ? words : rows;
        break;
      }
    }
  }
  return found;
}

function isOf(word: string, { type }: Field): boolean {
  return type === 'word' || typeOf(word) === type || (type === 'float' && typeOf(word) === 'int');
}

function caseLines(one: CaseInput, parts: readonly Part[]): string[] {
  const counted = (name: string) => {
    const part = parts.find((each) => (each.kind === 'list' || each.kind === 'rows') && each.count === name)!;
    return String((one[nameOf(part)!] as unknown[]).length);
  };
  return parts.flatMap((part) => partLines(one, part, counted));
}

function partLines(one: CaseInput, part: Part, counted: (name: string) => string): string[] {
  switch (part.kind) {
    case 'fields':
      return [part.fields.map(({ name, counts }) => (counts ? counted(name) : (one[name] as string))).join(' ')];
    case 'list':
      return [(one[part.name] as string[]).join(' ')];
    case 'text':
      return [one[part.name] as string];
    case 'rows':
      return (one[part.name] as (string | string[])[]).map((row) => (typeof row === 'string' ? row : row.join(' ')));
  }
}
