import { findPython } from '../../runtime/python.ts';
import { pythonScript } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_unittest.py';

/** Python's own unittest, through a runner of ours: a result for every case as soon as it is there. */
export const unittest: FrameworkKind = {
  claim: (files) => files.map(({ path }) => path),
  make,
};

function make(files: string[], { workspace }: Project): Framework {
  return {
    ...pythonScript(findPython(workspace), RUNNER, (root) => [root, ...files]),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'Python ended before a test was run'
        : undefined,
  };
}
