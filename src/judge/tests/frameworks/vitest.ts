import type { FrameworkKind } from '../framework.ts';
import { filesOf, type PackageStart, packageFramework } from '../node-package.ts';

const RUNNER = 'coppice-vitest.mjs';
const APART = 'coppice-vitest-apart.cjs';

/** vitest (3 or later) with the project's own settings, in one fork, with a reporter of ours. */
export const vitest: FrameworkKind = {
  claim: (files, project) => filesOf('vitest', files, project),
  make: (files, project) =>
    packageFramework('vitest', files, project, {
      harness: [RUNNER, 'coppice-vitest-control.mjs'],
      apart: [APART, 'coppice-vitest-standin.cjs', 'coppice-vitest-closing.mjs'],
      argv,
    }),
};

function argv({ harness, side }: PackageStart): string[] {
  return [...(side ? ['--require', `${harness}/${APART}`] : []), `${harness}/${RUNNER}`];
}
