import { join } from 'node:path';
import { findNode } from '../../runtime/node.ts';
import type { FrameworkKind } from '../framework.ts';
import { FOREVER_MS } from '../node-apart.ts';
import { FORK_HARNESS, nodeForks } from '../node-forks.ts';
import { filesOf, type PackageStart, packageFramework } from '../node-package.ts';

const REPORTER = 'coppice-jest.cjs';
const RUNNER = 'coppice-jest-runner.cjs';
const APART = 'coppice-jest-apart.cjs';
const CLAIMED = 'coppice-claimed.cjs';
const FLAGS = 'coppice-jest-flags.cjs';
const HARNESS = [REPORTER, RUNNER, FLAGS, 'coppice-jest-control.cjs', ...FORK_HARNESS];

/** jest (29 or later) with the project's own settings, in one process, with a reporter of ours. */
export const jest: FrameworkKind = {
  claim: (files, project) => filesOf('jest', files, project),
  make: (files, project) =>
    packageFramework('jest', files, project, { harness: HARNESS, apart: [APART], argv, forks: nodeForks(findNode()) }),
};

function argv({ root, harness, installed, files, side }: PackageStart): string[] {
  return [
    ...(side === 'tests' ? ['--require', `${harness}/${CLAIMED}`] : []),
    ...['--require', `${harness}/${FLAGS}`, join(installed, 'bin', 'jest.js')],
    ...['--runInBand', '--ci', '--watchman=false', '--coverage=false', '--colors=false', '--testLocationInResults'],
    ...[`--reporters=${harness}/${REPORTER}`, `--testRunner=${harness}/${side ? APART : RUNNER}`],
    ...(side ? [`--testTimeout=${FOREVER_MS}`] : []),
    ...['--runTestsByPath', ...files.map((file) => join(root, file))],
  ];
}
