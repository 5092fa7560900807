import type { Node } from '@vscode/tree-sitter-wasm';
import { lineEnd, lineStart } from './region.ts';

/** A test case of a test file, or a class or suite of them, as whole lines: [start, end). */
export interface TestCaseRange {
  kind: 'case' | 'group';
  start: number;
  end: number;
}

/** `def test_...` functions and methods with their decorators, and the classes that have some. */
export function pythonTestCases(root: Node, text: string): TestCaseRange[] {
  return root.descendantsOfType(['class_definition', 'function_definition']).flatMap((node): TestCaseRange[] => {
    if (!node) return [];
    const outer = node.parent?.type === 'decorated_definition' ? node.parent : node;
    if (node.type === 'class_definition') {
      const hasCases = node.descendantsOfType('function_definition').some(isPythonTest);
      return hasCases ? [{ kind: 'group', ...wholeLines(text, outer) }] : [];
    }
    return isPythonTest(node) ? [{ kind: 'case', ...wholeLines(text, outer) }] : [];
  });
}

function isPythonTest(node: Node | null): boolean {
  return node?.childForFieldName('name')?.text.startsWith('test') === true;
}

/** Statements that call `test(...)` or `it(...)`, also with a property such as `.skip`, and their suites. */
export function ecmascriptTestCases(root: Node, text: string): TestCaseRange[] {
  return root.descendantsOfType('call_expression').flatMap((node): TestCaseRange[] => {
    const callee = /^(test|it|describe|suite)\b/.exec(node?.childForFieldName('function')?.text ?? '')?.[1];
    const statement = node?.parent?.type === 'await_expression' ? node.parent.parent : node?.parent;
    if (!callee || statement?.type !== 'expression_statement') return [];
    return [{ kind: callee === 'test' || callee === 'it' ? 'case' : 'group', ...wholeLines(text, statement) }];
  });
}

/** The blank lines after a case go with it, so that leaving cases out leaves no gaps. */
function wholeLines(text: string, node: Node): { start: number; end: number } {
  let end = lineEnd(text, node.endIndex);
  while (end < text.length && text.slice(end, lineEnd(text, end)).trim() === '') end = lineEnd(text, end);
  return { start: lineStart(text, node.startIndex), end };
}
