import { join } from 'node:path';
import { findNode } from '../../runtime/node.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { filesOf, packageAround } from '../node-package.ts';
import { readRecords } from '../record.ts';

const REPORTER = 'coppice-jest.cjs';
const RUNNER = 'coppice-jest-runner.cjs';

/** jest (29 or later) with the project's own settings, in one process, with a reporter of ours. */
export const jest: FrameworkKind = {
  claim: (files, project) => filesOf('jest', files, project),
  make,
};

function make(files: string[], { workspace }: Project): Framework {
  const node = findNode();
  const { folder, installed } = packageAround('jest', files[0]!, workspace)!;
  return {
    readable: node.readable,
    harness: harnessFiles(REPORTER, RUNNER, 'coppice-jest-control.cjs', 'coppice-cases.cjs', 'coppice-records.cjs'),
    command: (root, harness) => ({
      argv: [
        ...[node.path, join(root, installed.slice(workspace.length), 'bin', 'jest.js')],
        ...['--runInBand', '--ci', '--watchman=false', '--coverage=false', '--colors=false', '--testLocationInResults'],
        // Not in the workspace, where node_modules is read-only.
        '--cacheDirectory=/tmp/jest',
        ...[`--reporters=${harness}/${REPORTER}`, `--testRunner=${harness}/${RUNNER}`],
        ...['--runTestsByPath', ...files.map((file) => join(root, file))],
      ],
      env: { ...node.env, COPPICE_ROOT: root, COPPICE_FILES: files.join('\n') },
      folder,
    }),
    compiles: true,
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'jest ended before a test was run'
        : undefined,
  };
}
