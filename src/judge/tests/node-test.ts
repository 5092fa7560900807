import { findNode } from '../runtime/node.ts';
import type { Framework } from './framework.ts';
import { readRecords } from './record.ts';

const REPORTER = 'coppice-reporter.mjs';
const BAD_OPTION = 9;

/** Node's own test runner, with a reporter of ours. TypeScript files run as they are, by type stripping. */
export function nodeTestFramework(files: string[]): Framework {
  const typescript = files.some((file) => /\.[cm]?tsx?$/.test(file));
  const node = findNode({ typescript });
  return {
    readable: node.readable,
    harness: { [REPORTER]: SOURCE },
    command: (root, harness) => ({
      argv: [
        node.path,
        ...node.typescriptFlags,
        // One file needs no runner process around it, which saves a start of Node (70 ms).
        ...(files.length === 1 ? [] : ['--test']),
        `--test-reporter=file://${encodeURI(harness)}/${REPORTER}`,
        '--test-reporter-destination=stderr',
        ...files.map((file) => `${root}/${file}`),
      ],
      env: { ...node.env, COPPICE_ROOT: root },
    }),
    read: (outcome) => readRecords(outcome.records),
    broken: (outcome) => (outcome.exitCode === BAD_OPTION ? 'Node did not accept its options' : undefined),
  };
}

/** Cases arrive in the order of the source, a parent's start before its children's. */
const SOURCE = String.raw`import { writeSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.COPPICE_ROOT;
const record = (fields) => writeSync(3, JSON.stringify(fields) + '\n');
const pathOf = (file) => (file?.startsWith('file:') ? fileURLToPath(file) : file);
const fileOf = ({ file }) => (file === undefined ? undefined : relative(root, pathOf(file)));

function messageOf(error) {
  const cause = error?.cause;
  if (cause instanceof Error || (typeof cause === 'object' && cause !== null && 'message' in cause)) {
    return (cause.name ? cause.name + ': ' : '') + cause.message;
  }
  return String(cause ?? error?.message ?? 'failed');
}

export default async function* report(events) {
  const names = [];
  const idOf = ({ name, nesting, ...data }) =>
    [fileOf(data), ...names.slice(0, nesting), name].filter(Boolean).join(' > ');
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names[data.nesting] = data.name;
      record({ event: 'start', id: idOf(data) });
    } else if (type === 'test:pass' || type === 'test:fail') {
      const error = data.details?.error;
      // A parent tells nothing that its children have not told.
      const container = data.details?.type === 'suite' || error?.failureType === 'subtestsFailed';
      if (container && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) continue;
      const skipped = [data.skip, data.todo].some((mark) => mark !== undefined && mark !== false);
      const status = skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
      record({
        event: 'case',
        id: idOf(data),
        status,
        ms: data.details?.duration_ms ?? 0,
        ...(status === 'failed' ? { message: messageOf(error) } : {}),
        file: fileOf(data),
        line: data.line,
      });
    }
  }
  record({ event: 'end' });
}
`;
