import { CoppiceError } from '../../core/errors.ts';
import { languageOf } from '../../core/language.ts';
import type { JudgeOptions } from '../../core/protocol.ts';
import { said } from '../../core/said.ts';
import { findNode } from '../runtime/node.ts';
import { findPython } from '../runtime/python.ts';
import { pythonScript } from '../tests/forks.ts';
import type { Framework } from '../tests/framework.ts';
import { harnessFiles } from '../tests/harness.ts';
import type { Input } from './inputs.ts';

const PYTHON = 'coppice_outputs.py';
const NODE = 'coppice-outputs.mjs';

/**
 * Calls a function on inputs, as a framework whose runs have no cases: what it saw is in the outcome's records, which
 * `readOutputs` reads. Throws `runtime-missing`.
 */
export function outputsFramework(
  { path, symbol = '' }: Pick<JudgeOptions, 'path' | 'symbol'>,
  inputs: readonly Input[],
  workspace: string,
): Framework {
  const language = languageOf(path);
  const asked = JSON.stringify(inputs.map((input) => [input.arguments, input.expected ?? null, input.generated ?? []]));
  const rest: Pick<Framework, 'read' | 'broken'> = {
    read: () => ({ cases: [], ended: true }),
    broken: () => undefined,
  };
  if (language === 'python') {
    if (process.platform === 'win32') throw noTimers();
    const script = pythonScript(findPython(workspace), PYTHON, (root) => [root, path, symbol]);
    return { ...rest, ...script, harness: { ...script.harness, 'inputs.json': asked } };
  }
  const node = findNode({ typescript: language !== 'javascript' });
  return {
    ...rest,
    readable: node.readable,
    harness: { ...harnessFiles(NODE, 'coppice-records.cjs'), 'inputs.json': asked },
    command: (root, harness) => ({
      argv: [node.path, ...node.typescriptFlags, `${harness}/${NODE}`, root, path, symbol],
      env: node.env,
    }),
  };
}

function noTimers(): CoppiceError {
  return new CoppiceError(
    'runtime-missing',
    said`Functions in Python are not called on inputs of our own here: Python on Windows has no timers that end a call.`,
    said`Open the workspace in WSL 2 and run Coppice there.`,
  );
}
