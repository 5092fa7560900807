import type { Node } from '@vscode/tree-sitter-wasm';
import { type FunctionRegion, indentAt, indentStep, lineEnd, lineStart } from './region.ts';
import { statementsOf } from './statements.ts';
import { isOnPurpose, saysToCome } from './unwritten.ts';

/** Every `def` of the file, in the order of the source. */
export function* pythonFunctions(root: Node, text: string): Generator<FunctionRegion> {
  for (const node of root.descendantsOfType('function_definition')) {
    const found = node && region(node, text);
    if (found) yield found;
  }
}

function region(node: Node, text: string): FunctionRegion | undefined {
  const name = node.childForFieldName('name')?.text;
  const block = node.childForFieldName('body');
  const colon = node.children.findLast((child) => child?.type === ':');
  if (!name || !colon) return undefined;
  const outer = node.parent?.type === 'decorated_definition' ? node.parent : node;
  const start = lineStart(text, outer.startIndex);
  const indent = indentAt(text, node.startIndex);
  const statements = block ? statementsOf(block) : [];
  const first = statements[0];
  const docstring = first && isDocstring(first) ? first : undefined;
  const body = docstring ? statements.slice(1) : statements;

  const inline = first !== undefined && first.startPosition.row === colon.startPosition.row;
  const headerEnd = inline ? colon.endIndex : lineEnd(text, (docstring ?? colon).endIndex);
  const headerIsOpen = inline || text[headerEnd - 1] !== '\n';
  const bodyEnd = inline ? lineEnd(text, first.endIndex) : endOfBody(text, headerEnd, body.at(-1), width(indent));
  return {
    name,
    qualifiedName: qualifiedName(node, name),
    leadingStart: leadingComments(text, start, indent),
    start,
    headerEnd,
    bodyStart: headerEnd,
    bodyEnd,
    before: headerIsOpen ? '\n' : '',
    after: '',
    indent,
    bodyIndent: first && !inline ? indentAt(text, first.startIndex) : indent + indentStep(text, '    '),
    isStub: body.every(doesNothing) && !isOnPurpose(commentsIn(text.slice(headerEnd, bodyEnd))) && !isDeclaration(node),
    ...(docstring ? { docstring: docstring.text } : {}),
  };
}

function isDocstring(statement: Node): boolean {
  const inner = statement.namedChildren[0]?.type;
  return statement.type === 'expression_statement' && (inner === 'string' || inner === 'concatenated_string');
}

function doesNothing(statement: Node): boolean {
  if (statement.type === 'pass_statement') return true;
  if (statement.type === 'expression_statement') return statement.text === '...';
  return statement.type === 'raise_statement' && saysToCome(statement);
}

function commentsIn(body: string): string {
  return body.match(/#.*/g)?.join('\n') ?? '';
}

/** Whether a function is there for its signature alone: it is abstract, an overload, or a member of a protocol. */
function isDeclaration(node: Node): boolean {
  const outer = node.parent?.type === 'decorated_definition' ? node.parent : node;
  const decorators = outer.namedChildren.filter((child) => child?.type === 'decorator');
  if (decorators.some((decorator) => /\b(abstract\w+|overload)\b/.test(decorator!.text))) return true;
  const owner = outer.parent?.parent;
  return owner?.type === 'class_definition' && /\bProtocol\b/.test(owner.childForFieldName('superclasses')?.text ?? '');
}

function qualifiedName(node: Node, name: string): string {
  const names = [name];
  for (let scope = node.parent; scope; scope = scope.parent) {
    if (scope.type !== 'class_definition' && scope.type !== 'function_definition') continue;
    names.unshift(scope.childForFieldName('name')?.text ?? '');
  }
  return names.join('.');
}

/** Comment lines directly above at the same indentation. By lines: the grammar hangs them on the block before. */
function leadingComments(text: string, start: number, indent: string): number {
  let first = start;
  while (first > 0) {
    const above = lineStart(text, first - 1);
    if (!text.startsWith(`${indent}#`, above)) break;
    first = above;
  }
  return first;
}

/** After the last statement and the comments that still are as deep as the body. */
function endOfBody(text: string, headerEnd: number, last: Node | undefined, headerWidth: number): number {
  let end = last ? lineEnd(text, last.endIndex) : headerEnd;
  for (let at = end; at < text.length; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    if (line.trim() === '') continue;
    if (!line.trimStart().startsWith('#') || width(indentAt(text, at)) <= headerWidth) break;
    end = lineEnd(text, at);
  }
  return end;
}

/** Columns of an indentation; a tab goes to the next multiple of 8, as Python counts. */
function width(indent: string): number {
  let columns = 0;
  for (const character of indent) columns = character === '\t' ? columns - (columns % 8) + 8 : columns + 1;
  return columns;
}

/** Statements that can't continue an open bracket: at the header's depth they end the body even of broken code. */
const STATEMENT = /^(def|class|return|import|while|with|try|raise|pass)\b/;

/**
 * Where the body ends: after its last line, once a line of code no deeper than the header has begun and that line is
 * not inside a string or a bracket (`parses` of the source before it tells).
 */
export function pythonBodyEnd(header: string, body: string, parses: (text: string) => boolean): number | undefined {
  const indent = /^([ \t]*)(?:async[ \t]+)?def\b/m.exec(header)?.[1] ?? '';
  const headerWidth = width(indent);
  // A method alone is not a valid file; a class around it makes it one.
  const frame = indent === '' ? '' : 'class _:\n';
  let end = 0;
  for (let at = 0; at < body.length; at = lineEnd(body, at)) {
    const code = body.slice(at, lineEnd(body, at)).trimStart();
    const depth = width(indentAt(body, at));
    if (code === '') continue;
    if (depth > headerWidth) {
      end = lineEnd(body, at);
      continue;
    }
    // A comment may stand at any depth inside a function.
    if (code.startsWith('#')) continue;
    const before = body.slice(0, at);
    if (parses(frame + header + before)) return end;
    if (STATEMENT.test(code) && !/"""|'''/.test(before)) return end;
    end = lineEnd(body, at);
  }
  return undefined;
}
