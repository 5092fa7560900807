import { findPython } from '../../runtime/python.ts';
import { forksArguments, PYTHON_HARNESS } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_unittest.py';

/** Python's own unittest, through a runner of ours: a result for every case as soon as it is there. */
export const unittest: FrameworkKind = {
  claim: (files) => files.map(({ path }) => path),
  make,
};

function make(files: string[], { workspace }: Project): Framework {
  const python = findPython(workspace);
  return {
    readable: python.readable,
    harness: harnessFiles(RUNNER, ...PYTHON_HARNESS),
    command: (root, harness) => ({ argv: [python.path, `${harness}/${RUNNER}`, root, ...files], env: python.env }),
    forking: (root, harness, user) => {
      const [kind, name, args] = ['script' as const, `${harness}/${RUNNER}`, [root, ...files]];
      return { argv: [python.path, ...forksArguments(harness, root, user, { kind, name, args })], env: python.env };
    },
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'Python ended before a test was run'
        : undefined,
  };
}
