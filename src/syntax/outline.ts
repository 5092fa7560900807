import { setImmediate as turn } from 'node:timers/promises';
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language } from '../core/language.ts';
import { ecmascriptFunctions } from './ecmascript.ts';
import { ecmascriptImports, type Import, pythonImports } from './imports.ts';
import { pythonFunctions } from './python.ts';
import type { FunctionRegion } from './region.ts';
import { Slice } from './slice.ts';
import { ecmascriptTestCases, pythonTestCases, type TestCaseRange } from './test-cases.ts';

/** What one parse of a file tells: see `functions` and `testCases` of `Syntax`. */
export interface Outline {
  functions: FunctionRegion[];
  cases: TestCaseRange[];
  imports: Import[];
}

/** A little at a time, between which others get their turn. */
export async function outlineOf(language: Language, root: Node, text: string): Promise<Outline> {
  const isPython = language === 'python';
  const functions: FunctionRegion[] = [];
  let slice = new Slice();
  for (const region of isPython ? pythonFunctions(root, text) : ecmascriptFunctions(root, text)) {
    functions.push(region);
    if (!slice.isOver) continue;
    await turn();
    slice = new Slice();
  }
  await turn();
  const cases = isPython ? pythonTestCases(root, text) : ecmascriptTestCases(root, text);
  await turn();
  const imports = isPython ? pythonImports(root) : ecmascriptImports(root);
  return { functions, cases, imports };
}
