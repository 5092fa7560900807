import type { Node } from '@vscode/tree-sitter-wasm';
import type { Value } from '../core/inputs/value.ts';
import { ecmascriptValue, pythonValue } from './literals.ts';

/** A parameter as it is written; `type` is its hint without the colon. */
export interface WrittenParameter {
  name: string;
  type?: string;
  optional: boolean;
}

/** The arguments of one call, all literals. */
export interface LiteralCall {
  positional: Value[];
  named: Record<string, Value>;
}

/**
 * The parameters of a function of the file's own level that can be called with values in their order; undefined where there
 * is none of that name, or where it can't be called so.
 */
export function pythonParameters(root: Node, name: string): WrittenParameter[] | undefined {
  const functions = named(root).map((node) =>
    node.type === 'decorated_definition' ? node.childForFieldName('definition') : node,
  );
  const found = functions.findLast(
    (node) => node?.type === 'function_definition' && node.childForFieldName('name')?.text === name,
  );
  const written = found?.childForFieldName('parameters');
  if (!written) return undefined;
  const parameters: WrittenParameter[] = [];
  for (const node of named(written)) {
    const type = node.childForFieldName('type')?.text;
    const optional = node.childForFieldName('value') !== null;
    switch (node.type) {
      case 'identifier':
        parameters.push({ name: node.text, optional: false });
        break;
      case 'typed_parameter':
        // `*args: int` has the same type.
        if (node.text.startsWith('*')) return parameters;
        parameters.push({ name: node.firstNamedChild!.text, ...(type === undefined ? {} : { type }), optional });
        break;
      case 'default_parameter':
      case 'typed_default_parameter': {
        const own = node.childForFieldName('name')!.text;
        parameters.push({ name: own, ...(type === undefined ? {} : { type }), optional });
        break;
      }
      case 'positional_separator':
        break;
      case 'keyword_separator':
        return written.text.slice(node.startIndex - written.startIndex).includes('=') ? parameters : undefined;
      default:
        return parameters;
    }
  }
  return parameters;
}

/** The same for JavaScript and TypeScript: a function declaration, or a constant that is a function. */
export function ecmascriptParameters(root: Node, name: string): WrittenParameter[] | undefined {
  const statements = named(root).map((node) =>
    node.type === 'export_statement' ? node.childForFieldName('declaration') : node,
  );
  const functions = statements.flatMap((node): Node[] => {
    if (node?.type === 'function_declaration' && node.childForFieldName('name')?.text === name) return [node];
    if (node?.type !== 'lexical_declaration' && node?.type !== 'variable_declaration') return [];
    return named(node).flatMap((bound) => {
      const value = bound.childForFieldName('value');
      const isFunction = value?.type === 'arrow_function' || value?.type === 'function_expression';
      return isFunction && bound.childForFieldName('name')?.text === name ? [value] : [];
    });
  });
  const found = functions.at(-1);
  const single = found?.childForFieldName('parameter');
  if (single) return [{ name: single.text, optional: false }];
  const written = found?.childForFieldName('parameters');
  if (!written) return undefined;
  const parameters: WrittenParameter[] = [];
  for (const node of named(written)) {
    // JavaScript has the pattern itself where TypeScript has a parameter around it.
    const pattern = node.childForFieldName('pattern') ?? node.childForFieldName('left') ?? node;
    if (pattern.type === 'rest_pattern') break;
    const type = node.childForFieldName('type')?.text.replace(/^:\s*/, '');
    const optional =
      node.type === 'optional_parameter' ||
      node.type === 'assignment_pattern' ||
      node.childForFieldName('value') !== null;
    parameters.push({ name: pattern.text, ...(type === undefined ? {} : { type }), optional });
  }
  return parameters;
}

/** The calls of a function whose arguments are all literals, in the order of the source. */
export function pythonCalls(root: Node, name: string): LiteralCall[] {
  return root.descendantsOfType('call').flatMap((node) => (node && pythonCall(node, name)) ?? []);
}

export function ecmascriptCalls(root: Node, name: string): LiteralCall[] {
  return root.descendantsOfType('call_expression').flatMap((node) => (node && ecmascriptCall(node, name)) ?? []);
}

/** The call that a node is; undefined where it is none of this function, or not of literals alone. */
export function pythonCall(node: Node, name: string): LiteralCall | undefined {
  const given = node.type === 'call' ? argumentsOf(node, name) : undefined;
  if (!given) return undefined;
  const call: LiteralCall = { positional: [], named: {} };
  for (const argument of given) {
    const isNamed = argument.type === 'keyword_argument';
    const value = isNamed ? argument.childForFieldName('value') : argument;
    const read = value && pythonValue(value);
    if (!read) return undefined;
    if (isNamed) call.named[argument.childForFieldName('name')!.text] = read;
    else call.positional.push(read);
  }
  return call;
}

export function ecmascriptCall(node: Node, name: string): LiteralCall | undefined {
  const given = node.type === 'call_expression' ? argumentsOf(node, name) : undefined;
  const positional = given?.map((argument) => ecmascriptValue(argument));
  return positional?.every((value) => value !== undefined) ? { positional, named: {} } : undefined;
}

function argumentsOf(node: Node, name: string): Node[] | undefined {
  const callee = node.childForFieldName('function');
  const given = node.childForFieldName('arguments');
  // `words.count_words(...)` is a call of it too.
  const called = callee && /[A-Za-z_$][\w$]*$/.exec(callee.text)?.[0];
  return called === name && given ? named(given) : undefined;
}

function named(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
