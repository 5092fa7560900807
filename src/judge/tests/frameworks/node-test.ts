import { pathToFileURL } from 'node:url';
import { said } from '../../../core/said.ts';
import { findNode } from '../../runtime/node.ts';
import type { Framework, FrameworkKind } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { FORK_HARNESS, nodeForks } from '../node-forks.ts';
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
  const command = (root: string, harness: string) => ({
    argv: [
      node.path,
      ...node.typescriptFlags,
      // One file needs no runner process around it, which saves a start of Node (70 ms).
      ...(files.length === 1 ? [] : ['--test']),
      `--import=${pathToFileURL(`${harness}/${REPORTER}`)}`,
      `--test-reporter=${pathToFileURL(`${harness}/${REPORTER}`)}`,
      '--test-reporter-destination=stderr',
      ...files.map((file) => `${root}/${file}`),
    ],
    env: { ...node.env, COPPICE_ROOT: root, COPPICE_FILES: files.join('\n') },
  });
  // Of several files each has a process of its own, which the runner starts.
  const forks = files.length === 1 ? nodeForks() : undefined;
  return {
    readable: [...node.readable, ...(forks?.readable ?? [])],
    harness: {
      ...harnessFiles(REPORTER, ...FORK_HARNESS, 'coppice-records.cjs'),
      // For the fork server: the first that it strips types from takes Node longer than all that come after it.
      'coppice-typed.mts': 'export const one: number = 1;\n',
    },
    command,
    ...(forks && { forking: (root, harness, rights) => forks.serving(command(root, harness), rights) }),
    runsInNode: true,
    // Of several files each has a process of its own, and a worker serves one.
    ...(files.length === 1 ? { apart: { kind: 'node', node } } : {}),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => (outcome.exitCode === BAD_OPTION ? said`Node did not accept its options` : undefined),
  };
}
