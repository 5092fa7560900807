import { findPython } from '../../runtime/python.ts';
import { forksArguments, PYTHON_HARNESS } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_program.py';
/** What the runner and most programs import: loaded before the fork, which made 110 programs a second 150. */
const LOADED = [
  ...['ast', 'doctest', 'json', 'tempfile', 'threading', '__future__'],
  ...['bisect', 'collections', 'copy', 'datetime', 'functools', 'hashlib', 'heapq', 'itertools', 'math', 'operator'],
  ...['random', 're', 'string', 'typing'],
];

/**
 * Programs that hold their own tests, each a JSON document (`Program` of core/eval/problem.ts) in place of the same file: a
 * session, and with it a started Python, serves any number of problems. Asked for, and never found among a project's tests.
 */
export const program: FrameworkKind = { claim: () => undefined, make };

function make([file = '']: string[], { workspace }: Project): Framework {
  const python = findPython(workspace);
  return {
    readable: python.readable,
    harness: harnessFiles(RUNNER, ...PYTHON_HARNESS),
    command: (root, harness) => ({ argv: [python.path, `${harness}/${RUNNER}`, root, file], env: python.env }),
    forking: (root, harness, user) => {
      const [kind, name, args] = ['script' as const, `${harness}/${RUNNER}`, [root, file]];
      const argv = [python.path, ...forksArguments(harness, root, user, { kind, name, args })];
      return { argv, env: { ...python.env, COPPICE_LOAD: LOADED.join(' ') } };
    },
    read: (outcome) => readRecords(outcome.records),
    broken: (_, records) => (records.ended ? undefined : 'Python did not run a program that does nothing'),
  };
}
