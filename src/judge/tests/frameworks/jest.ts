import { join } from 'node:path';
import type { FrameworkKind } from '../framework.ts';
import { FORK_HARNESS, nodeForks } from '../node-forks.ts';
import { filesOf, packageFramework } from '../node-package.ts';

const REPORTER = 'coppice-jest.cjs';
const RUNNER = 'coppice-jest-runner.cjs';
const FLAGS = 'coppice-jest-flags.cjs';
const HARNESS = [REPORTER, RUNNER, FLAGS, 'coppice-jest-control.cjs', ...FORK_HARNESS];

/** jest (29 or later) with the project's own settings, in one process, with a reporter of ours. */
export const jest: FrameworkKind = {
  claim: (files, project) => filesOf('jest', files, project),
  make: (files, project) => {
    const argv = (root: string, harness: string, installed: string) => [
      ...['--require', `${harness}/${FLAGS}`, join(installed, 'bin', 'jest.js')],
      ...['--runInBand', '--ci', '--watchman=false', '--coverage=false', '--colors=false', '--testLocationInResults'],
      ...[`--reporters=${harness}/${REPORTER}`, `--testRunner=${harness}/${RUNNER}`],
      ...['--runTestsByPath', ...files.map((file) => join(root, file))],
    ];
    return packageFramework('jest', files, project, HARNESS, argv, nodeForks());
  },
};
