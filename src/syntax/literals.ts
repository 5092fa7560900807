import type { Node } from '@vscode/tree-sitter-wasm';
import { NONE, type Value } from '../core/inputs/value.ts';

const DEEPEST = 12;

/** The value of a literal of Python; undefined for anything that would have to be run. */
export function pythonValue(node: Node, depth = 0): Value | undefined {
  if (depth > DEEPEST) return undefined;
  const inner = children(node);
  const items = () => allOf(inner.map((child) => pythonValue(child, depth + 1)));
  switch (node.type) {
    case 'none':
      return NONE;
    case 'true':
    case 'false':
      return { kind: 'bool', value: node.type === 'true' };
    case 'integer':
      return whole(Number(node.text.replaceAll('_', '')));
    case 'float':
      return real(Number(node.text.replaceAll('_', '')));
    case 'unary_operator':
      return node.text.startsWith('-') && inner[0] ? negative(pythonValue(inner[0], depth + 1)) : undefined;
    case 'parenthesized_expression':
      return inner[0] && pythonValue(inner[0], depth + 1);
    case 'string':
      return pythonString(node);
    case 'concatenated_string': {
      const parts = items();
      return parts && { kind: 'text', value: parts.map((part) => (part.kind === 'text' ? part.value : '')).join('') };
    }
    case 'list':
    case 'tuple':
    case 'set': {
      const found = items();
      return found && { kind: node.type, items: found };
    }
    case 'call':
      return node.text === 'set()' ? { kind: 'set', items: [] } : undefined;
    case 'dictionary': {
      const entries = inner.map((pair) => entryOf(pair, 'pair', (part) => pythonValue(part, depth + 1)));
      const found = allOf(entries);
      return found && { kind: 'dict', entries: found };
    }
    default:
      return undefined;
  }
}

/** The value of a literal of JavaScript or TypeScript. */
export function ecmascriptValue(node: Node, depth = 0): Value | undefined {
  if (depth > DEEPEST) return undefined;
  const inner = children(node);
  const items = () => allOf(inner.map((child) => ecmascriptValue(child, depth + 1)));
  switch (node.type) {
    case 'null':
    case 'undefined':
      return NONE;
    case 'true':
    case 'false':
      return { kind: 'bool', value: node.type === 'true' };
    case 'number': {
      const value = Number(node.text.replaceAll('_', ''));
      return /^\d+$/.test(node.text) ? whole(value) : real(value);
    }
    case 'unary_expression':
      return node.text.startsWith('-') && inner[0] ? negative(ecmascriptValue(inner[0], depth + 1)) : undefined;
    case 'parenthesized_expression':
      return inner[0] && ecmascriptValue(inner[0], depth + 1);
    case 'string':
    case 'template_string':
      if (inner.some(({ type }) => type === 'template_substitution')) return undefined;
      return unescaped(node.text.slice(1, -1));
    case 'array': {
      const found = items();
      return found && { kind: 'list', items: found };
    }
    case 'object': {
      const found = allOf(
        inner.map((pair) => entryOf(pair, 'pair', (part) => keyOf(part) ?? ecmascriptValue(part, depth + 1))),
      );
      return found && { kind: 'dict', entries: found };
    }
    case 'new_expression':
      return collection(node, depth);
    default:
      return undefined;
  }
}

/** `new Set([...])` and `new Map([[..., ...]])`. */
function collection(node: Node, depth: number): Value | undefined {
  const name = node.childForFieldName('constructor')?.text;
  const given = node.childForFieldName('arguments');
  const first = given && children(given)[0];
  const list = first ? ecmascriptValue(first, depth + 1) : { kind: 'list' as const, items: [] };
  if (list?.kind !== 'list') return undefined;
  if (name === 'Set') return { kind: 'set', items: list.items };
  const entries = list.items.map((item): [Value, Value] | undefined =>
    item.kind === 'list' && item.items.length === 2 ? [item.items[0]!, item.items[1]!] : undefined,
  );
  const found = allOf(entries);
  return name === 'Map' && found ? { kind: 'map', entries: found } : undefined;
}

function keyOf(node: Node): Value | undefined {
  return node.type === 'property_identifier' ? { kind: 'text', value: node.text } : undefined;
}

function entryOf(node: Node, type: string, read: (node: Node) => Value | undefined): [Value, Value] | undefined {
  const [key, value] = [node.childForFieldName('key'), node.childForFieldName('value')];
  if (node.type !== type || !key || !value) return undefined;
  const [name, of] = [read(key), read(value)];
  return name && of && [name, of];
}

function pythonString(node: Node): Value | undefined {
  const [, prefix = '', quote = ''] = /^([A-Za-z]*)('''|"""|'|")/.exec(node.text) ?? [];
  const text = node.text.slice(prefix.length + quote.length, node.text.length - quote.length);
  switch (prefix.toLowerCase()) {
    case 'r':
      return { kind: 'text', value: text };
    case '':
    case 'u':
      return unescaped(text);
    default:
      return undefined;
  }
}

const NAMED: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0', '\n': '' };

/** The escapes that both languages read alike; undefined where there is another. */
function unescaped(text: string): Value | undefined {
  let isKnown = true;
  const value = text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (_, short, long, single) => {
    if (single === undefined) return String.fromCharCode(Number.parseInt(short ?? long, 16));
    if (/['"`\\]/.test(single)) return single;
    if (!Object.hasOwn(NAMED, single)) isKnown = false;
    return NAMED[single] ?? '';
  });
  return isKnown ? { kind: 'text', value } : undefined;
}

function negative(value: Value | undefined): Value | undefined {
  return value?.kind === 'int' || value?.kind === 'float' ? { kind: value.kind, value: -value.value } : undefined;
}

function whole(value: number): Value | undefined {
  return Number.isSafeInteger(value) ? { kind: 'int', value } : undefined;
}

function real(value: number): Value | undefined {
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

function children(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}

function allOf<T>(values: (T | undefined)[]): T[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}
