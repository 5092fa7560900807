import { findNode } from '../../runtime/node.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { filesOf, packageAround } from '../node-package.ts';
import { readRecords } from '../record.ts';

const RUNNER = 'coppice-vitest.mjs';
const CONTROL = 'coppice-vitest-control.mjs';

/** vitest (3 or later) with the project's own settings, in one fork, with a reporter of ours. */
export const vitest: FrameworkKind = {
  claim: (files, project) => filesOf('vitest', files, project),
  make,
};

function make(files: string[], { workspace }: Project): Framework {
  const node = findNode();
  const { folder } = packageAround('vitest', files[0]!, workspace)!;
  return {
    readable: node.readable,
    harness: harnessFiles(RUNNER, CONTROL, 'coppice-cases.cjs', 'coppice-records.cjs'),
    command: (root, harness) => ({
      argv: [node.path, `${harness}/${RUNNER}`],
      env: { ...node.env, COPPICE_ROOT: root, COPPICE_FILES: files.join('\n') },
      folder,
    }),
    compiles: true,
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'vitest ended before a test was run'
        : undefined,
  };
}
