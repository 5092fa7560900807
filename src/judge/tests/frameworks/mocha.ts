import { join } from 'node:path';
import type { FrameworkKind } from '../framework.ts';
import { SERVE_NODE, STAND_IN_NODE } from '../node-apart.ts';
import { filesOf, type PackageStart, packageFramework } from '../node-package.ts';

const REPORTER = 'coppice-mocha.cjs';
const FLAGS = 'coppice-mocha-flags.cjs';

/** mocha with the project's own settings, in one process, with a reporter of ours. */
export const mocha: FrameworkKind = {
  claim: (files, project) => filesOf('mocha', files, project),
  make: (files, project) =>
    packageFramework('mocha', files, project, {
      harness: [REPORTER, FLAGS],
      apart: [STAND_IN_NODE],
      // All files are loaded into one process.
      together: true,
      argv,
    }),
};

function argv({ root, harness, installed, files, side }: PackageStart): string[] {
  const first = side && `${harness}/${side === 'tests' ? STAND_IN_NODE : SERVE_NODE}`;
  return [
    ...['--require', `${harness}/${FLAGS}`, join(installed, 'bin', 'mocha.js')],
    ...(first ? ['--require', first, '--timeout', '0'] : []),
    ...['--require', `${harness}/${REPORTER}`, '--reporter', `${harness}/${REPORTER}`],
    ...['--no-parallel', '--no-watch', '--no-bail', '--no-color'],
    ...files.map((file) => join(root, file)),
  ];
}
