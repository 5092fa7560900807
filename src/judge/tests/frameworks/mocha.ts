import { join } from 'node:path';
import type { FrameworkKind } from '../framework.ts';
import { filesOf, packageFramework } from '../node-package.ts';

const REPORTER = 'coppice-mocha.cjs';
const FLAGS = 'coppice-mocha-flags.cjs';

/** mocha with the project's own settings, in one process, with a reporter of ours. */
export const mocha: FrameworkKind = {
  claim: (files, project) => filesOf('mocha', files, project),
  make: (files, project) =>
    packageFramework('mocha', files, project, [REPORTER, FLAGS], (root, harness, installed) => [
      ...['--require', `${harness}/${FLAGS}`, join(installed, 'bin', 'mocha.js')],
      ...['--require', `${harness}/${REPORTER}`, '--reporter', `${harness}/${REPORTER}`],
      ...['--no-parallel', '--no-watch', '--no-bail', '--no-color'],
      ...files.map((file) => join(root, file)),
    ]),
};
