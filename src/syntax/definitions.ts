import type { Node } from '@vscode/tree-sitter-wasm';
import { lineEnd, lineStart } from './region.ts';
import { statementsOf } from './statements.ts';

/** What a file defines at its own level. Offsets are UTF-16 code units. */
export interface Definition {
  name: string;
  /** Whole lines, its decorators and the comments directly above included. */
  start: number;
  end: number;
  /** The same without the bodies of long functions. */
  outline: string;
  /** Names that the outline uses, each once. */
  uses: string[];
  /** What `import name from` this file gets. */
  isDefault?: true;
}

/** A class around a place. */
export interface Scope {
  name: string;
  start: number;
  /** After the line that opens its body. */
  headerEnd: number;
  end: number;
  /** The lines that say what its members are: signatures and fields, in the order of the source. */
  members: { start: number; end: number }[];
}

/** A name as it is used somewhere. */
export interface Mention {
  name: string;
  offset: number;
}

/** A stretch of the source that an outline has other words for. */
interface Omission {
  start: number;
  end: number;
  instead: string;
}

const NAMES = ['identifier', 'type_identifier'];
/** A body of so many lines is shorter than what would stand in its place is worth. */
const SHORT_BODY = 3;
const FUNCTION_NODES = [
  ...['function_declaration', 'generator_function_declaration', 'method_definition'],
  ...['arrow_function', 'function_expression'],
];
const CLASS_NODES = ['class_declaration', 'abstract_class_declaration', 'class_definition'];

export function pythonDefinitions(root: Node, text: string): Definition[] {
  return statementsOf(root).flatMap((outer): Definition[] => {
    const node = outer.type === 'decorated_definition' ? outer.childForFieldName('definition') : outer;
    const name = node && pythonName(node);
    if (!node || !name) return [];
    return [definition({ name, node, outer, text, omissions: pythonBodies(node, text) })];
  });
}

export function ecmascriptDefinitions(root: Node, text: string): Definition[] {
  return statementsOf(root).flatMap((outer): Definition[] => {
    let node: Node | null = outer;
    if (node.type === 'export_statement') node = node.childForFieldName('declaration');
    if (node?.type === 'ambient_declaration') node = node.firstNamedChild;
    if (!node) return [];
    const omissions = ecmascriptBodies(node);
    const isDefault = outer.children.some((child) => child?.type === 'default');
    return boundNames(node).map((name) => ({
      ...definition({ name, node, outer, text, omissions }),
      ...(isDefault ? { isDefault } : {}),
    }));
  });
}

/** The classes around an offset, outer ones first. */
export function scopesAt(root: Node, text: string, offset: number): Scope[] {
  return root.descendantsOfType(CLASS_NODES).flatMap((node): Scope[] => {
    const body = node?.childForFieldName('body');
    if (!node || !body || node.startIndex > offset || node.endIndex < offset) return [];
    const outer = node.parent?.type === 'decorated_definition' ? node.parent : node;
    const headerEnd = lineEnd(text, body.type === 'block' ? lastOffset(node, body) : body.startIndex);
    const members = statementsOf(body).map((member) => signatureLines(member, text));
    const name = node.childForFieldName('name')?.text ?? '';
    return [{ name, start: lineStart(text, outer.startIndex), headerEnd, end: lineEnd(text, node.endIndex), members }];
  });
}

/** The names that a stretch of a file uses, in their order. Python's types may be written as strings. */
export function mentionsIn(root: Node, start: number, end: number): Mention[] {
  const names = root
    .descendantsOfType(NAMES)
    .flatMap((node): Mention[] =>
      node && start <= node.startIndex && node.endIndex <= end ? [{ name: node.text, offset: node.startIndex }] : [],
    );
  const quoted = root.descendantsOfType('type').flatMap((type): Mention[] =>
    !type || type.startIndex < start || type.endIndex > end
      ? []
      : type.descendantsOfType('string_content').flatMap((content) =>
          content
            ? [...content.text.matchAll(/[A-Za-z_]\w*/g)].map((match) => ({
                name: match[0],
                offset: content.startIndex + match.index,
              }))
            : [],
        ),
  );
  return [...names, ...quoted].sort((a, b) => a.offset - b.offset);
}

function definition(from: {
  name: string;
  node: Node;
  /** The node with its decorators, or its `export`. */
  outer: Node;
  text: string;
  omissions: Omission[];
}): Definition {
  const { name, node, outer, text, omissions } = from;
  const start = leadingLines(text, lineStart(text, outer.startIndex));
  const end = lineEnd(text, Math.max(outer.startIndex, outer.endIndex - 1));
  const isOmitted = (offset: number) => omissions.some((omission) => omission.start <= offset && offset < omission.end);
  const uses = mentionsIn(node, node.startIndex, node.endIndex)
    .filter((mention) => mention.name !== name && !isOmitted(mention.offset))
    .map((mention) => mention.name);
  return { name, start, end, outline: without(omissions, text, start, end), uses: [...new Set(uses)] };
}

function without(omissions: Omission[], text: string, start: number, end: number): string {
  let outline = '';
  let from = start;
  for (const omission of omissions) {
    outline += text.slice(from, omission.start) + omission.instead;
    from = omission.end;
  }
  return outline + text.slice(from, end);
}

function pythonName(node: Node): string | undefined {
  switch (node.type) {
    case 'function_definition':
    case 'class_definition':
      return node.childForFieldName('name')?.text;
    case 'type_alias_statement':
      return node.descendantsOfType('identifier')[0]?.text;
    case 'expression_statement': {
      const assignment = node.firstNamedChild;
      const left = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
      return left?.type === 'identifier' ? left.text : undefined;
    }
    default:
      return undefined;
  }
}

function boundNames(node: Node): string[] {
  if (node.type === 'lexical_declaration' || node.type === 'variable_declaration') {
    return statementsOf(node).flatMap((declarator) => {
      const name = declarator.childForFieldName('name');
      return name?.type === 'identifier' ? [name.text] : [];
    });
  }
  const isDeclaration = /_(declaration|signature)$/.test(node.type);
  const name = isDeclaration ? node.childForFieldName('name')?.text : undefined;
  return name === undefined ? [] : [name];
}

/** What stands below the signature and the docstring of each long function. */
function pythonBodies(node: Node, text: string): Omission[] {
  return outermost(node, ['function_definition']).flatMap((inner): Omission[] => {
    const block = inner.childForFieldName('body');
    const statements = block ? statementsOf(block) : [];
    const isDocumented = statements[0]?.type === 'expression_statement' && statements[0].text.match(/^[a-z]*["']/i);
    const [first] = isDocumented ? statements.slice(1) : statements;
    if (!block || !first || isShort(first, block)) return [];
    return [
      { start: lineStart(text, first.startIndex) + first.startPosition.column, end: block.endIndex, instead: '...' },
    ];
  });
}

function ecmascriptBodies(node: Node): Omission[] {
  return outermost(node, FUNCTION_NODES).flatMap((inner): Omission[] => {
    const block = inner.childForFieldName('body');
    if (block?.type !== 'statement_block' || isShort(block, block)) return [];
    return [{ start: block.startIndex, end: block.endIndex, instead: '{ /* ... */ }' }];
  });
}

function isShort(first: Node, last: Node): boolean {
  return last.endPosition.row - first.startPosition.row < SHORT_BODY;
}

/** Nodes of these types that are in no other of them. */
function outermost(node: Node, types: string[]): Node[] {
  let end = -1;
  return node.descendantsOfType(types).filter((inner): inner is Node => {
    if (!inner || inner.startIndex < end) return false;
    end = inner.endIndex;
    return true;
  });
}

/** A method's lines up to its body, a field's all. */
function signatureLines(member: Node, text: string): { start: number; end: number } {
  const inner = member.type === 'decorated_definition' ? (member.childForFieldName('definition') ?? member) : member;
  const body = inner.childForFieldName('body');
  const last = body ? (body.type === 'block' ? lastOffset(inner, body) : body.startIndex) : member.endIndex - 1;
  return { start: lineStart(text, member.startIndex), end: lineEnd(text, last) };
}

/** Where the colon stands before a Python body. */
function lastOffset(node: Node, body: Node): number {
  const colon = node.children.findLast((child) => child?.type === ':' && child.startIndex < body.startIndex);
  return colon?.startIndex ?? body.startIndex;
}

/** Comment lines directly above. */
function leadingLines(text: string, start: number): number {
  let first = start;
  while (first > 0) {
    const above = lineStart(text, first - 1);
    if (!/^\s*(#(?!!)|\/\/|\/\*|\*)/.test(text.slice(above, first))) break;
    first = above;
  }
  return first;
}
