import { pathToFileURL } from 'node:url';
import { said } from '../../../core/said.ts';
import { findNode, type NodeRuntime } from '../../runtime/node.ts';
import type { Framework, FrameworkKind, Project } from '../framework.ts';
import { harnessFiles } from '../harness.ts';
import { SERVE, STAND_IN, STAND_IN_NODE } from '../node-apart.ts';
import { FORK_HARNESS, nodeForks } from '../node-forks.ts';
import { readRecords } from '../record.ts';

const REPORTER = 'coppice-node-test.mjs';
const WORKER = 'coppice-worker.mjs';
const BAD_OPTION = 9;

/** Node's own test runner, with a reporter of ours. TypeScript files run as they are, by type stripping. */
export const nodeTest: FrameworkKind = {
  claim: (files) => files.filter(({ text }) => /['"]node:test['"]/.test(text)).map(({ path }) => path),
  make,
};

function make(files: readonly string[], { path }: Pick<Project, 'path'>): Framework {
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
  const forks = files.length === 1 ? nodeForks(node) : undefined;
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
    apart: {
      kind: 'node',
      together: false,
      of: (side, alone) => (side === 'tests' ? withStandIn(make(alone, { path }), path) : worker(node, path)),
    },
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => (outcome.exitCode === BAD_OPTION ? said`Node did not accept its options` : undefined),
  };
}

function withStandIn({ forking: _, runsInNode: __, ...framework }: Framework, path: string): Framework {
  return {
    ...framework,
    harness: { ...framework.harness, ...harnessFiles(STAND_IN_NODE, ...STAND_IN) },
    command: (root, harness, built) => {
      const { argv, env, ...rest } = framework.command(root, harness, built);
      const [program, ...options] = argv;
      const standIn = `--require=${harness}/${STAND_IN_NODE}`;
      return { ...rest, argv: [program!, standIn, ...options], env: { ...env, COPPICE_CANDIDATE: path } };
    },
  };
}

function worker(node: NodeRuntime, path: string): Framework {
  return {
    readable: node.readable,
    harness: harnessFiles(WORKER, ...SERVE),
    command: (root, harness) => ({
      argv: [node.path, ...node.typescriptFlags, `${harness}/${WORKER}`, root, path],
      env: node.env,
    }),
    read: () => ({ cases: [], ended: true }),
    broken: () => undefined,
  };
}
