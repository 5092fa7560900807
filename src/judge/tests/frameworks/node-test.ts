import { findNode } from '../../runtime/node.ts';
import type { Framework, FrameworkKind } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { readRecords } from '../record.ts';

const REPORTER = 'coppice-node-test.mjs';
const BAD_OPTION = 9;

/** Node's own test runner, with a reporter of ours. TypeScript files run as they are, by type stripping. */
export const nodeTest: FrameworkKind = {
  claim: (files) => files.filter(({ text }) => /['"]node:test['"]/.test(text)).map(({ path }) => path),
  make,
};

function make(files: string[]): Framework {
  const typescript = files.some((file) => /\.[cm]?tsx?$/.test(file));
  const node = findNode({ typescript });
  return {
    readable: node.readable,
    harness: harnessFiles(REPORTER, 'coppice-records.cjs'),
    command: (root, harness) => ({
      argv: [
        node.path,
        ...node.typescriptFlags,
        // One file needs no runner process around it, which saves a start of Node (70 ms).
        ...(files.length === 1 ? [] : ['--test']),
        `--import=file://${encodeURI(harness)}/${REPORTER}`,
        `--test-reporter=file://${encodeURI(harness)}/${REPORTER}`,
        '--test-reporter-destination=stderr',
        ...files.map((file) => `${root}/${file}`),
      ],
      env: { ...node.env, COPPICE_ROOT: root, COPPICE_FILES: files.join('\n') },
    }),
    runsInNode: true,
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => (outcome.exitCode === BAD_OPTION ? 'Node did not accept its options' : undefined),
  };
}
