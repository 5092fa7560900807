import { said } from '../../../core/said.ts';
import { findPython } from '../../runtime/python.ts';
import type { TestCommand } from '../../sandbox/sandbox.ts';
import { pythonScript } from '../forks.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { pythonPath } from '../python-path.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice_unittest.py';

/** Python's own unittest, through a runner of ours: a result for every case as soon as it is there. */
export const unittest: FrameworkKind = {
  claim: (files) => files.map(({ path }) => path),
  accept: (files) => files.filter(({ text }) => /\bunittest\b/.test(text)).map(({ path }) => path),
  make,
};

function make(files: string[], project: Project): Framework {
  const python = findPython(project.workspace);
  const script = pythonScript(python, RUNNER, (root) => [root, ...files]);
  const withPath = (root: string, command: TestCommand): TestCommand => {
    const path = pythonPath(root, files, project);
    return { ...command, env: { ...command.env, ...(path === '' ? {} : { PYTHONPATH: path }) } };
  };
  return {
    ...script,
    apart: { kind: 'module', python },
    command: (root, harness) => withPath(root, script.command(root, harness)),
    forking: (root, harness, rights) => withPath(root, script.forking(root, harness, rights)),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? said`Python ended before a test was run`
        : undefined,
  };
}
