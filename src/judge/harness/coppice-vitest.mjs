/** Runs vitest as the project configured it, in one process beside this one, with a reporter and a test of ours. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import cases from './coppice-cases.cjs';
import records from './coppice-records.cjs';

const FOREVER_MS = 2 ** 30;
const { CONTROL, fileOf, ids, lineIn, messageOf } = cases;
const root = process.env.COPPICE_ROOT;
const files = process.env.COPPICE_FILES.split('\n');
const record = records.claimRecords();
const idOf = ids();
const known = new Map();
const held = new Set();
const modules = new Set();
const ended = new Set();
let failed = false;
let hasEnded = false;
let entityOf;

function titlesOf(test) {
  const titles = [];
  for (let at = test; at.type !== 'module'; at = at.parent) titles.unshift(at.name);
  return titles;
}

function id(test) {
  if (!known.has(test.id)) known.set(test.id, idOf(test.module.moduleId, titlesOf(test)));
  return known.get(test.id);
}

const isControl = (test) => test.name === CONTROL && test.parent.type === 'module';

function tellErrors(entity, what) {
  const file = entity.type === 'module' ? entity.moduleId : entity.module.moduleId;
  for (const error of entity.errors()) {
    failed = true;
    const names = entity.type === 'module' ? [] : titlesOf(entity);
    const name = [fileOf(file), ...names, ...(what ? [what] : [])].join(' > ');
    const line = lineIn(error.stack, file);
    record({ event: 'case', id: name, status: 'error', ms: 0, message: messageOf(error), file: fileOf(file), line });
  }
}

/** As version 3 has it, of what version 2 has. */
function entityOfTwo(task) {
  const entity = entityOf(task);
  entity.errors ??= () => task.result?.errors ?? [];
  entity.state ??= () => (task.result?.state === 'fail' ? 'failed' : 'passed');
  const result = entity.result?.() ?? { state: 'skipped' };
  return entity.type === 'test' ? Object.assign(entity, { result: () => result }) : entity;
}

const reporter = {
  onTestCaseReady(test) {
    if (!isControl(test)) record({ event: 'start', id: id(test) });
  },
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    const file = test.module.moduleId;
    if (isControl(test)) {
      if (state === 'failed' && errors.length === 1 && errors[0].message.includes(CONTROL)) held.add(file);
      return;
    }
    if (state === 'failed') failed = true;
    const error = errors?.[0];
    record({
      event: 'case',
      id: id(test),
      status: state === 'pending' ? 'skipped' : state,
      ms: test.diagnostic()?.duration ?? 0,
      message: error && messageOf(error),
      file: fileOf(file),
      line: (error && lineIn(error.stack, file)) ?? test.location?.line,
    });
  },
  onTestSuiteResult(suite) {
    tellErrors(suite);
  },
  onTestModuleEnd(module) {
    ended.add(module.moduleId);
    if (module.state() !== 'failed' || module.errors().length === 0) modules.add(module.moduleId);
    tellErrors(module);
  },
  onInit({ state }) {
    entityOf = (task) => state.getReportedEntity(task);
  },
  onFinished(all, unhandled) {
    // Version 2 tells of tests in this way alone.
    if (hasEnded) return;
    for (const file of all) {
      for (const task of file.tasks) this.tellTask(task);
      this.onTestModuleEnd(entityOfTwo(file));
    }
    this.onTestRunEnd([], unhandled, 'passed');
  },
  tellTask(task) {
    for (const inner of task.tasks ?? []) this.tellTask(inner);
    if (task.type === 'suite') tellErrors(entityOfTwo(task));
    else this.onTestCaseResult(entityOfTwo(task));
  },
  onTestRunEnd(all, unhandled, reason) {
    hasEnded = true;
    // Version 3 does not tell of the end of a file that does not load.
    for (const module of all) if (!ended.has(module.moduleId)) this.onTestModuleEnd(module);
    if (unhandled.length > 0 || reason === 'interrupted') failed = true;
    for (const error of unhandled) {
      const message = messageOf(error);
      record({ event: 'case', id: 'unhandled error', status: 'error', ms: 0, message, ofRun: true });
    }
  },
};

const { startVitest } = await import(
  pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve('vitest/node')).href
);
const harness = dirname(fileURLToPath(import.meta.url));
const control = join(harness, 'coppice-vitest-control.mjs');
const side = process.env.COPPICE_SIDE;
const closing = side === 'tests' ? [join(harness, 'coppice-vitest-closing.mjs')] : [];
const vitest = await startVitest(
  'test',
  files.map((file) => join(root, file)),
  {
    ...{ run: true, watch: false, reporters: [reporter], coverage: { enabled: false }, includeTaskLocation: true },
    ...{ pool: 'forks', maxWorkers: 1, fileParallelism: false, bail: 0, open: false, ui: false, api: false },
    ...{ passWithNoTests: false, typecheck: { enabled: false }, color: false, configLoader: 'runner' },
    // Each call of a candidate that is in another sandbox takes its time.
    ...(side === undefined ? {} : { testTimeout: FOREVER_MS, hookTimeout: FOREVER_MS }),
  },
  {
    cacheDir: join(tmpdir(), 'vite'),
    server: { fs: { strict: false } },
    plugins: [
      {
        name: 'coppice',
        enforce: 'post',
        config: ({ test = {} }) => ({ test: { setupFiles: [...closing, ...[test.setupFiles ?? []].flat(), control] } }),
      },
    ],
  },
);
await vitest?.close();
record({ event: 'control', held: modules.size > 0 ? [...modules].every((file) => held.has(file)) : true });
record({ event: 'end' });
process.exit(failed || modules.size === 0 ? 1 : 0);
