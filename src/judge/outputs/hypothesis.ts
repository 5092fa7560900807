import type { JudgeOptions } from '../../core/protocol.ts';
import { findPython } from '../runtime/python.ts';
import { pythonScript } from '../tests/forks.ts';
import type { Framework } from '../tests/framework.ts';
import { jsonLines } from '../tests/json-lines.ts';
import { TestRunner } from '../tests/runner.ts';

const HARNESS = 'coppice_hypothesis.py';
const COUNT = 8;
/** To load the library takes up to 1.5 s on a busy machine. */
const WALL_MS = 6_000;

/**
 * Calls of a Python function that Hypothesis makes from its type hints, in the sandbox, where the project's own Python has that
 * library; otherwise none. They come from a process that ran the project's code: texts to be read, not run. Rejects with
 * `cancelled`.
 */
export async function hypothesisCalls(
  { path, symbol = '' }: Pick<JudgeOptions, 'path' | 'symbol'>,
  parts: Omit<ConstructorParameters<typeof TestRunner>[0], 'framework' | 'guarded'>,
  signal: AbortSignal,
): Promise<string[]> {
  const python = findPython(parts.slots.source.workspace);
  if (python.hypothesis === undefined) return [];
  const framework: Framework = {
    ...pythonScript(python, HARNESS, (root) => [root, path, symbol, String(COUNT)]),
    read: () => ({ cases: [], ended: true }),
    broken: () => undefined,
  };
  const runner = new TestRunner({ ...parts, framework, guarded: [] });
  try {
    const { outcome } = await runner.run({ timeoutMs: WALL_MS, signal });
    const calls = jsonLines(outcome.records).flatMap(({ event, call }) =>
      event === 'input' && typeof call === 'string' ? [call] : [],
    );
    return calls.slice(0, COUNT);
  } finally {
    runner.dispose();
  }
}
