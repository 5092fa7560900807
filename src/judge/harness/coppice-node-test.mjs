/** A reporter for node:test. Cases arrive in the order of the source, a parent's start before its children's. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { record } from './coppice-records.mjs';

const root = process.env.COPPICE_ROOT;
const pathOf = (file) => (file?.startsWith('file:') ? fileURLToPath(file) : file);
const fileOf = ({ file }) => (file === undefined ? undefined : relative(root, pathOf(file)));

function messageOf(error) {
  const cause = error?.cause;
  if (cause instanceof Error || (typeof cause === 'object' && cause !== null && 'message' in cause)) {
    return cause.name ? `${cause.name}: ${cause.message}` : cause.message;
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
  // The reporter runs in the process of the tests only where there is one file.
  record({ event: 'control', held: true });
  record({ event: 'end' });
}
