import type { PythonRuntime } from '../runtime/python.ts';
import type { Framework } from '../tests/framework.ts';
import { harnessFiles } from '../tests/harness.ts';

const CROSSING = ['coppice_crossing.py', 'coppice_exceptions.py', 'coppice_objects.py', 'coppice_values.py'];
const WORKER = 'coppice_worker.py';

/** The file of the candidate as the tests find it: a module that has its names, and asks the worker. */
export const STAND_IN = "__import__('coppice_standin').peer.load(__import__('sys').modules[__name__])\n";

/** The tests of a framework, with what stands in for the candidate. */
export function withStandIn(framework: Framework): Framework {
  return {
    ...framework,
    harness: { ...framework.harness, ...harnessFiles('coppice_standin.py', 'coppice_shared.py', ...CROSSING) },
    command: (root, harness, built) => {
      const command = framework.command(root, harness, built);
      const { PYTHONPATH: own } = command.env;
      return { ...command, env: { ...command.env, PYTHONPATH: own ? `${harness}:${own}` : harness } };
    },
  };
}

/**
 * The candidate by itself, as a framework whose runs have no cases.
 *
 * @param tests their files are empty where it runs: the answers are in them
 */
export function worker(python: PythonRuntime, tests: readonly string[]): Framework {
  return {
    readable: python.readable,
    harness: harnessFiles(WORKER, ...CROSSING),
    files: Object.fromEntries(tests.map((path) => [path, ''])),
    command: (root, harness) => ({ argv: [python.path, `${harness}/${WORKER}`, root], env: python.env }),
    read: () => ({ cases: [], ended: true }),
    broken: () => undefined,
  };
}
