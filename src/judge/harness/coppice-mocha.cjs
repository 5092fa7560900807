/** For mocha: loaded before the tests (`--require`), and its reporter. */
const assert = require('node:assert');
const { createRequire } = require('node:module');
const { CONTROL, fileOf, ids, lineIn, messageOf } = require('./coppice-cases.cjs');
const record = require('./coppice-records.cjs').claimRecords();

const files = process.env.COPPICE_FILES.split('\n');
let started = false;
let ended = false;
let problem;

// mocha prints why a file could not be loaded, and ends.
const { error: print } = console;
console.error = (...args) => {
  if (!started) problem ??= args.find((arg) => arg instanceof Error || /Error/.test(arg));
  print(...args);
};

process.on('exit', () => {
  if (started) return;
  const text = problem?.stack ?? `${problem ?? 'could not be loaded'}`;
  const named = files.filter((file) => text.includes(file));
  for (const file of named.length > 0 ? named : files) {
    record({ event: 'case', id: file, status: 'error', ms: 0, message: messageOf(problem ?? text), file });
  }
});

const ASSERTIONS = [
  () => assert(false, CONTROL),
  () => assert.ok(false, CONTROL),
  () => assert.equal(1, 2, CONTROL),
  () => assert.strictEqual(1, 2, CONTROL),
  () => assert.strict.equal(1, 2, CONTROL),
  () => assert.deepEqual([1], [2], CONTROL),
  () => assert.deepStrictEqual([1], [2], CONTROL),
  () => assert.throws(() => {}, CONTROL),
];

/** Those of chai, where the project has it. */
async function assertionsOfChai(file) {
  try {
    const chai = await import(createRequire(file).resolve('chai'));
    return [
      () => chai.expect(1).to.equal(2),
      () => chai.expect([1]).to.deep.equal([2]),
      () => chai.expect(false).to.be.true,
      () => chai.expect(() => {}).to.throw(),
      () => chai.assert.equal(1, 2),
      () => chai.assert.deepEqual([1], [2]),
    ];
  } catch {
    return [];
  }
}

/** Fails where all assertions do: nobody has changed what an assertion is. */
async function control(file) {
  for (const assertion of [...ASSERTIONS, ...(await assertionsOfChai(file))]) {
    try {
      assertion();
    } catch {
      continue;
    }
    return;
  }
  throw new Error(CONTROL);
}

module.exports = class Reporter {
  constructor(runner) {
    started = true;
    const idOf = ids();
    const known = new Map();
    let held = 0;
    const titles = (test) => test.titlePath();
    const fileIn = (test) => test.file ?? test.ctx?.currentTest?.file ?? `${process.env.COPPICE_ROOT}/${files[0]}`;
    const id = (test) => {
      if (!known.has(test)) known.set(test, idOf(fileIn(test), titles(test)));
      return known.get(test);
    };
    const tell = (test, status, error) => {
      const file = fileIn(test);
      const message = error === undefined ? undefined : messageOf(error);
      const line = lineIn(error?.stack, file);
      record({ event: 'case', id: id(test), status, ms: test.duration ?? 0, message, file: fileOf(file), line });
    };

    const suite = controlSuite(runner.suite, () => control(`${process.env.COPPICE_ROOT}/${files.at(-1)}`));
    const isControl = (test) => test.parent === suite;
    runner.on('test', (test) => !isControl(test) && record({ event: 'start', id: id(test) }));
    runner.on('pass', (test) => !isControl(test) && tell(test, 'passed'));
    runner.on('pending', (test) => !isControl(test) && tell(test, 'skipped'));
    runner.on('fail', (test, error) => {
      if (!isControl(test)) {
        tell(test, test.type === 'hook' ? 'error' : 'failed', error);
      } else if (test.type === 'test' && error?.message === CONTROL) {
        held++;
        runner.failures--;
      }
    });
    runner.once('end', () => {
      if (ended) return;
      ended = true;
      record({ event: 'control', held: held === 1 });
      record({ event: 'end' });
    });
  }
};

/** After the project's own suites, one with a test of ours, made by the function that a test file would call. */
function controlSuite(root, run) {
  (globalThis.it ?? globalThis.test)?.(CONTROL, run);
  const own = root.tests.filter(({ title }) => title === CONTROL);
  for (const test of own) root.tests.splice(root.tests.indexOf(test), 1);
  const suite = root.constructor.create(root, CONTROL);
  for (const test of own) suite.addTest(test);
  return suite;
}
