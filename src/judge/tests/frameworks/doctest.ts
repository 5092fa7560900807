import { findPython } from '../../runtime/python.ts';
import { forksArguments, PYTHON_HARNESS } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_doctest.py';
const ORIGINAL = 'original.txt';

/** The examples in the docstrings of the file itself, as they were before any candidate, where no other tests concern it. */
export const doctest: FrameworkKind = {
  claim: (_, project) => (/^\s*>>> /m.test(project.read(project.path)) ? [project.path] : undefined),
  make,
};

function make(files: string[], project: Project): Framework {
  const { workspace } = project;
  const python = findPython(workspace);
  const args = (root: string) => [root, ...files];
  return {
    readable: python.readable,
    harness: { ...harnessFiles(RUNNER, ...PYTHON_HARNESS), [ORIGINAL]: project.read(project.path) },
    command: (root, harness) => ({ argv: [python.path, `${harness}/${RUNNER}`, ...args(root)], env: python.env }),
    forking: (root, harness, user) => {
      const program = { kind: 'script' as const, name: `${harness}/${RUNNER}`, args: args(root) };
      return { argv: [python.path, ...forksArguments(harness, root, user, program)], env: python.env };
    },
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'Python ended before an example was run'
        : undefined,
  };
}
