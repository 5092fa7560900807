import type { FrameworkKind } from '../framework.ts';
import { filesOf, packageFramework } from '../node-package.ts';

const RUNNER = 'coppice-vitest.mjs';

/** vitest (3 or later) with the project's own settings, in one fork, with a reporter of ours. */
export const vitest: FrameworkKind = {
  claim: (files, project) => filesOf('vitest', files, project),
  make: (files, project) =>
    packageFramework('vitest', files, project, [RUNNER, 'coppice-vitest-control.mjs'], (_, harness) => [
      `${harness}/${RUNNER}`,
    ]),
};
