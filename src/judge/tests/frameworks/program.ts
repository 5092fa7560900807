import { said } from '../../../core/said.ts';
import { findPython } from '../../runtime/python.ts';
import { pythonScript } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_program.py';
/** What the runner and most programs import: loaded before the fork, and so once for each slot. */
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
  const script = pythonScript(python, RUNNER, (root) => [root, file], { loaded: LOADED });
  return {
    ...script,
    harness: { ...script.harness, ...harnessFiles('coppice_cases.py') },
    apart: { kind: 'program', python },
    read: (outcome) => readRecords(outcome.records),
    broken: (_, records) => (records.ended ? undefined : said`Python did not run a program that does nothing`),
  };
}
