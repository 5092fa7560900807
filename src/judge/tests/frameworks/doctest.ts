import { said } from '../../../core/said.ts';
import { findPython } from '../../runtime/python.ts';
import { pythonScript } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_doctest.py';
const ORIGINAL = 'original.txt';

/** The examples in the docstrings of the file itself, as they were before any candidate, where no other tests concern it. */
export const doctest: FrameworkKind = {
  claim: (_, project) => (/^\s*>>> /m.test(project.read(project.path)) ? [project.path] : undefined),
  make,
};

function make(files: string[], project: Project): Framework {
  const script = pythonScript(findPython(project.workspace), RUNNER, (root) => [root, ...files]);
  return {
    ...script,
    harness: { ...script.harness, [ORIGINAL]: project.read(project.path) },
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? said`Python ended before an example was run`
        : undefined,
  };
}
