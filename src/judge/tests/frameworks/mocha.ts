import { join } from 'node:path';
import { findNode } from '../../runtime/node.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { filesOf, packageAround } from '../node-package.ts';
import { readRecords } from '../record.ts';

const REPORTER = 'coppice-mocha.cjs';
const FLAGS = 'coppice-mocha-flags.cjs';

/** mocha with the project's own settings, in one process, with a reporter of ours. */
export const mocha: FrameworkKind = {
  claim: (files, project) => filesOf('mocha', files, project),
  make,
};

function make(files: string[], { workspace }: Project): Framework {
  const node = findNode();
  const { folder, installed } = packageAround('mocha', files[0]!, workspace)!;
  return {
    readable: node.readable,
    harness: harnessFiles(REPORTER, FLAGS, 'coppice-cases.cjs', 'coppice-records.cjs'),
    command: (root, harness) => ({
      argv: [
        ...[node.path, '--require', `${harness}/${FLAGS}`],
        join(root, installed.slice(workspace.length), 'bin', 'mocha.js'),
        ...['--require', `${harness}/${REPORTER}`, '--reporter', `${harness}/${REPORTER}`],
        ...['--no-parallel', '--no-watch', '--no-bail', '--no-color'],
        ...files.map((file) => join(root, file)),
      ],
      env: { ...node.env, COPPICE_ROOT: root, COPPICE_FILES: files.join('\n') },
      folder,
    }),
    compiles: true,
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome, records) =>
      !records.ended && records.cases.length === 0 && outcome.interrupted === undefined
        ? 'mocha ended before a test was run'
        : undefined,
  };
}
