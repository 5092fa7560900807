import type { Node } from '@vscode/tree-sitter-wasm';
import type { UnboundName } from '../core/needed-imports.ts';
import { lineEnd } from './region.ts';

/** Nodes whose identifiers are bound by them, whatever their place in it. */
const PYTHON_PATTERNS = [
  ...['parameters', 'lambda_parameters', 'pattern_list', 'tuple_pattern', 'list_pattern', 'as_pattern_target'],
  ...['list_splat_pattern', 'dictionary_splat_pattern', 'global_statement', 'nonlocal_statement', 'aliased_import'],
  ...['case_pattern', 'dotted_name', 'type_parameter', 'keyword_argument', 'typed_parameter'],
];

/**
 * The names that a stretch of a Python file uses and nothing in the file binds, in any scope. Where everything of some module is
 * imported, no name is known to be unbound.
 */
export function unboundPythonNames(root: Node, start: number, end: number): UnboundName[] {
  if (root.descendantsOfType('wildcard_import').length > 0) return [];
  const identifiers = root.descendantsOfType('identifier').filter((node): node is Node => node !== null);
  const bound = new Set(identifiers.filter(isBinding).map(({ text }) => text));
  return identifiers.flatMap((node): UnboundName[] => {
    if (node.startIndex < start || node.endIndex > end || bound.has(node.text)) return [];
    const { parent } = node;
    if (parent?.type !== 'attribute') return [{ name: node.text }];
    // Of `a.b` only `a` is a name.
    if (parent.childForFieldName('object')?.id !== node.id) return [];
    return [{ name: node.text, attribute: parent.childForFieldName('attribute')!.text }];
  });
}

/** Fields of nodes that bind the name in them. */
const ECMASCRIPT_BINDINGS: Record<string, readonly string[]> = {
  variable_declarator: ['name'],
  function_declaration: ['name'],
  generator_function_declaration: ['name'],
  class_declaration: ['name'],
  abstract_class_declaration: ['name'],
  enum_declaration: ['name'],
  interface_declaration: ['name'],
  type_alias_declaration: ['name'],
  type_parameter: ['name'],
  required_parameter: ['pattern'],
  optional_parameter: ['pattern'],
  arrow_function: ['parameter'],
  pair_pattern: ['value'],
  assignment_pattern: ['left'],
  for_in_statement: ['left'],
  catch_clause: ['parameter'],
  import_specifier: ['alias', 'name'],
};
const ECMASCRIPT_PATTERNS = ['formal_parameters', 'rest_pattern', 'array_pattern', 'import_clause', 'namespace_import'];

/** The names that a stretch of a JavaScript or TypeScript file uses and nothing in the file binds, in any scope. */
export function unboundEcmascriptNames(root: Node, start: number, end: number): UnboundName[] {
  const names = root
    .descendantsOfType(['identifier', 'type_identifier', 'shorthand_property_identifier_pattern'])
    .filter((node): node is Node => node !== null);
  const isBound = (node: Node) => {
    const { parent } = node;
    if (node.type === 'shorthand_property_identifier_pattern') return true;
    if (!parent || ECMASCRIPT_PATTERNS.includes(parent.type)) return parent !== null;
    const fields = ECMASCRIPT_BINDINGS[parent.type] ?? [];
    return fields.some((field) => parent.childForFieldName(field)?.id === node.id);
  };
  const bound = new Set(names.filter(isBound).map(({ text }) => text));
  return names
    .filter((node) => start <= node.startIndex && node.endIndex <= end && !bound.has(node.text))
    .map(({ text }) => ({ name: text }));
}

function isBinding(node: Node): boolean {
  const { parent } = node;
  if (!parent) return false;
  const is = (field: string) => parent.childForFieldName(field)?.id === node.id;
  switch (parent.type) {
    case 'function_definition':
    case 'class_definition':
    case 'named_expression':
    case 'default_parameter':
    case 'typed_default_parameter':
      return is('name');
    case 'assignment':
    case 'augmented_assignment':
    case 'for_statement':
    case 'for_in_clause':
      return is('left');
    case 'keyword_argument':
      return is('name');
    case 'dotted_name':
      // Of an import or of a pattern; only the first part of `a.b` is bound.
      return parent.firstNamedChild?.id === node.id;
    default:
      return PYTHON_PATTERNS.includes(parent.type);
  }
}

/** Where a line of imports goes in a Python file, before `limit`: after the first ones, else after the docstring. */
export function pythonImportPlace(
  root: Node,
  text: string,
  limit: number,
): { offset: number; isAfterImports: boolean } {
  let place = { offset: 0, isAfterImports: false };
  for (const node of root.namedChildren) {
    if (!node || node.startIndex >= limit) break;
    const isImport = /^(import|import_from|future_import)_statement$/.test(node.type);
    const isText = node.type === 'expression_statement' && node.firstNamedChild?.type === 'string';
    const isHead = node.type === 'comment' && place.offset === 0 && isHeadComment(text, node);
    if (!isImport && !isText && !isHead) {
      if (node.type === 'comment') continue;
      break;
    }
    place = { offset: lineEnd(text, Math.max(node.startIndex, node.endIndex - 1)), isAfterImports: isImport };
  }
  return place;
}

/** `#!`, an encoding or a licence: it begins the file. */
function isHeadComment(text: string, node: Node): boolean {
  return text.slice(0, node.startIndex).trim() === '';
}
