import type { Node } from '@vscode/tree-sitter-wasm';
import { type FunctionRegion, indentAt, indentStep, lineEnd, lineStart } from './region.ts';
import { statementsOf } from './statements.ts';
import { isOnPurpose, saysToCome } from './unwritten.ts';

const FUNCTIONS = [
  'function_declaration',
  'generator_function_declaration',
  'method_definition',
  'arrow_function',
  'function_expression',
];

/** Every named function with a block body, in the order of the source: functions, methods, bound arrow functions. */
export function* ecmascriptFunctions(root: Node, text: string): Generator<FunctionRegion> {
  for (const node of root.descendantsOfType(FUNCTIONS)) {
    const found = node && region(node, text);
    if (found) yield found;
  }
}

function region(node: Node, text: string): FunctionRegion | undefined {
  const bound = binding(node);
  const block = node.childForFieldName('body');
  if (!bound || block?.type !== 'statement_block') return undefined;
  const [open, close] = [block.firstChild!, block.lastChild!];
  const closed = close.type === '}' && !close.isMissing;
  const closeStart = closed ? close.startIndex : block.endIndex;

  let outer = bound.outer;
  if (outer.parent?.type === 'export_statement') outer = outer.parent;
  while (outer.previousSibling?.type === 'decorator') outer = outer.previousSibling;
  const start = startOfLineOrNode(text, outer);
  const indent = indentAt(text, outer.startIndex);

  const rest = text.slice(open.endIndex, lineEnd(text, open.endIndex));
  const headerEndsLine = rest.endsWith('\n') && /^\s*(\/\/.*|\/\*[^\n]*\*\/\s*)?\s*$/.test(rest);
  const headerEnd = headerEndsLine ? open.endIndex + rest.length : open.endIndex;
  const closeLine = lineStart(text, closeStart);
  const closeStartsLine = closeLine >= headerEnd && text.slice(closeLine, closeStart).trim() === '';
  const statements = statementsOf(block);
  const first = statements[0];
  const comments = leadingComments(outer);
  const docstring = comments.at(-1)?.text.startsWith('/**') ? comments.at(-1)!.text : undefined;
  return {
    name: bound.name,
    qualifiedName: qualifiedName(node, bound.name),
    leadingStart: comments[0] ? startOfLineOrNode(text, comments[0]) : start,
    start,
    headerEnd,
    bodyStart: headerEnd,
    bodyEnd: closeStartsLine ? closeLine : closeStart,
    before: headerEndsLine ? '' : '\n',
    after: closeStartsLine ? '' : indent,
    indent,
    bodyIndent:
      first && first.startPosition.row > open.startPosition.row
        ? indentAt(text, first.startIndex)
        : indent + indentStep(text, '  '),
    isStub: isUnwritten(node, bound.name, block, statements),
    ...(docstring ? { docstring } : {}),
  };
}

function isUnwritten(node: Node, name: string, block: Node, statements: Node[]): boolean {
  const comments = block.namedChildren.flatMap((child) => (child?.type === 'comment' ? [child.text] : [])).join('\n');
  if (isOnPurpose(comments)) return false;
  const [first, second] = statements;
  if (first) return second === undefined && first.type === 'throw_statement' && saysToCome(first);
  if (comments !== '') return true;
  // A constructor may have its parameters alone, and a value `() => {}` is how one writes that nothing is to be done.
  const isValue = node.parent?.type === 'pair' || /^(public_)?field_definition$/.test(node.parent?.type ?? '');
  return name !== 'constructor' && !isValue && !/^_*no_?op$/i.test(name);
}

/** The name a function is bound to and the statement or member that binds it. */
function binding(node: Node): { name: string; outer: Node } | undefined {
  const named = (owner: Node, field: string, outer: Node = owner) => {
    const name = owner.childForFieldName(field);
    return name && { name: name.text, outer };
  };
  const parent = node.parent;
  switch (node.type) {
    case 'function_declaration':
    case 'generator_function_declaration':
    case 'method_definition':
      return named(node, 'name') ?? undefined;
  }
  switch (parent?.type) {
    case 'variable_declarator':
      return named(parent, 'name', parent.parent!) ?? undefined;
    case 'public_field_definition':
      return named(parent, 'name') ?? undefined;
    case 'field_definition':
      return named(parent, 'property') ?? undefined;
    case 'pair':
      return named(parent, 'key') ?? undefined;
    case 'assignment_expression': {
      const target = parent.childForFieldName('left')?.text;
      return target ? { name: target.slice(target.lastIndexOf('.') + 1), outer: parent.parent! } : undefined;
    }
    case 'export_statement':
      return { name: node.childForFieldName('name')?.text ?? 'default', outer: node };
    default:
      return undefined;
  }
}

function qualifiedName(node: Node, name: string): string {
  const names = [name];
  for (let scope = node.parent; scope; scope = scope.parent) {
    if (scope.type === 'class_declaration' || scope.type === 'abstract_class_declaration') {
      names.unshift(scope.childForFieldName('name')?.text ?? '');
    } else if (FUNCTIONS.includes(scope.type)) {
      const outer = binding(scope);
      if (outer) names.unshift(outer.name);
    }
  }
  return names.join('.');
}

/** The comments directly above, first to last: no blank line between them or before the function. */
function leadingComments(outer: Node): Node[] {
  const comments: Node[] = [];
  let below = outer;
  for (let above = outer.previousSibling; above?.type === 'comment'; above = above.previousSibling) {
    if (above.endPosition.row < below.startPosition.row - 1) break;
    // A comment that ends another statement's line belongs to that statement.
    if (above.previousSibling && above.previousSibling.endPosition.row === above.startPosition.row) break;
    comments.unshift(above);
    below = above;
  }
  return comments;
}

function startOfLineOrNode(text: string, node: Node): number {
  const start = lineStart(text, node.startIndex);
  return text.slice(start, node.startIndex).trim() === '' ? start : node.startIndex;
}

/** Source to put around a header so that it parses: nothing, a class around a method, an object around a member. */
const FRAMES = [
  { open: '', close: '' },
  { open: 'class _ {\n', close: '\n}' },
  { open: 'abstract class _ {\n', close: '\n}' },
  { open: '({\n', close: '\n})' },
] as const;

/** A header in its frame, with the offset of its opening brace. */
export interface FramedHeader {
  open: string;
  close: string;
  brace: number;
  /** Columns before the line of the opening brace. */
  indent: number;
}

/** Finds the frame in which `header` opens a block. `visit` parses and hands over the root. */
export function frameHeader(
  header: string,
  visit: <R>(text: string, read: (root: Node) => R) => R,
): FramedHeader | undefined {
  for (const { open, close } of FRAMES) {
    const closing = open.length + header.length;
    const brace = visit(`${open}${header}}${close}`, (root) => {
      if (root.hasError) return undefined;
      const block = root.descendantForIndex(closing, closing + 1)?.parent;
      return block?.type === 'statement_block' ? block.startIndex : undefined;
    });
    if (brace !== undefined) {
      return { open, close, brace, indent: indentAt(header, brace - open.length).length };
    }
  }
  return undefined;
}

/** Where the body ends: at its closing brace, or at the start of that brace's line when it has one of its own. */
export function ecmascriptBodyEnd(
  header: string,
  body: string,
  framed: FramedHeader,
  visit: <R>(text: string, read: (root: Node) => R) => R,
): number | undefined {
  const bodyStart = framed.open.length + header.length;
  const closingBrace = (sampled: string): number | undefined =>
    visit(framed.open + header + sampled + framed.close, (root) => {
      const block = root.descendantForIndex(framed.brace, framed.brace + 1)?.parent;
      const close = block?.lastChild;
      if (block?.type !== 'statement_block' || block.hasError || close?.type !== '}' || close.isMissing)
        return undefined;
      const at = close.startIndex - bodyStart;
      return at >= 0 && at < sampled.length ? at : undefined;
    });

  let brace = closingBrace(body);
  if (brace === undefined) {
    // Unfinished text after the function can spoil the tree; a brace as shallow as the header is tried by itself.
    for (const match of body.matchAll(/^([ \t]*)\}/gm)) {
      if (match[1]!.length > framed.indent) continue;
      brace = closingBrace(body.slice(0, match.index + match[0].length));
      if (brace !== undefined) break;
    }
  }
  if (brace === undefined) return undefined;
  const line = lineStart(body, brace);
  return body.slice(line, brace).trim() === '' ? line : brace;
}
