import type { Node } from '@vscode/tree-sitter-wasm';
import type { Value } from '../core/inputs/value.ts';
import { ecmascriptCall, type LiteralCall, pythonCall } from './calls.ts';
import { ecmascriptValue, pythonValue } from './literals.ts';

/** A call of a function with the value that it is said to give: `f(1) == 2`. Nothing in it has to be run to be read. */
export interface Expectation {
  call: LiteralCall;
  result: Value;
}

/** The expectation that a text is, and nothing beside it. */
export function pythonExpectation(root: Node, name: string): Expectation | undefined {
  const expression = onlyExpression(root);
  return expression && comparison(expression, name);
}

export function ecmascriptExpectation(root: Node, name: string): Expectation | undefined {
  const compared = onlyExpression(root);
  if (compared?.type !== 'binary_expression') return undefined;
  const isEqual = /^===?$/.test(compared.childForFieldName('operator')!.type);
  const [left, right] = [compared.childForFieldName('left'), compared.childForFieldName('right')];
  return isEqual ? expectation(left && ecmascriptCall(left, name), right && ecmascriptValue(right)) : undefined;
}

/** What an assertion says, where it says nothing else: `assert f(1) == 2`, also with a message. */
export function pythonAssertion(root: Node, name: string): Expectation | undefined {
  const [compared, message] = onlyStatement(root, 'assert_statement') ?? [];
  if (!compared || (message && message.type !== 'string')) return undefined;
  return comparison(compared, name);
}

/** The same of `assert.deepEqual(f(1), 2)` and its kin. */
export function ecmascriptAssertion(root: Node, name: string): Expectation | undefined {
  const asserted = onlyExpression(root);
  const isEqual = /^assert\.((deep)?(strict)?equal)$/i.test(asserted?.childForFieldName('function')?.text ?? '');
  const given = isEqual ? asserted?.childForFieldName('arguments')?.namedChildren : undefined;
  const [call, result, message, ...more] = given?.filter((node) => node?.type !== 'comment') ?? [];
  if ((message && message.type !== 'string') || more.length > 0) return undefined;
  return expectation(call && ecmascriptCall(call, name), result && ecmascriptValue(result));
}

/** `f(1) == 2`; of None, True and False also with `is`. */
function comparison(node: Node, name: string): Expectation | undefined {
  if (node.type !== 'comparison_operator' || node.childCount !== 3) return undefined;
  const [left, operator, right] = [node.child(0)!, node.child(1)!, node.child(2)!];
  const isEqual = operator.type === '==' || (operator.type === 'is' && /^(none|true|false)$/.test(right.type));
  return isEqual ? expectation(pythonCall(left, name), pythonValue(right)) : undefined;
}

function expectation(call: LiteralCall | null | undefined, result: Value | null | undefined): Expectation | undefined {
  return call && result ? { call, result } : undefined;
}

/** The only expression of a text, where there is nothing beside it. */
export function onlyExpression(root: Node): Node | undefined {
  const parts = onlyStatement(root, 'expression_statement');
  return parts?.length === 1 ? parts[0] : undefined;
}

/** What the only statement of a text consists of, where it is of this type. */
function onlyStatement(root: Node, type: string): Node[] | undefined {
  const parts = (node: Node) =>
    node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
  const [statement, ...more] = parts(root);
  if (root.hasError || statement?.type !== type || more.length > 0) return undefined;
  return parts(statement);
}
