/** Before each test file, in its own process and context: a test that must fail, and assertions that must after the others. */
import assert from 'node:assert';
import * as vitest from 'vitest';

const CONTROL = 'coppice control';
const test = globalThis.test ?? vitest.test;

/** With `globals`, what a test file takes its tests from, as it is before the file is loaded. */
const names = ['test', 'it', 'describe', 'expect'];
const before = names.map((name) => globalThis[name]);

test(CONTROL, () => {
  if (!whichHolds()) throw new Error(CONTROL);
});

vitest.afterAll(() => {
  const which = whichHolds();
  if (which) throw new Error(`A test that must fail would pass: ${which}`);
});

function whichHolds() {
  const changed = names.find((name, n) => globalThis[name] !== before[n]);
  if (changed) return changed;
  const expects = [vitest.expect, ...(globalThis.expect ? [globalThis.expect] : [])];
  const assertions = [
    ...expects.flatMap((expect) => [
      () => expect(1).toBe(2),
      () => expect([1]).toEqual([2]),
      () => expect([1]).toStrictEqual([2]),
      () => expect(true).toBeFalsy(),
      () => expect(false).toBeTruthy(),
      () => expect([1]).toContain(2),
      () => expect(() => {}).toThrow(),
      () => expect(1).to.equal(2),
    ]),
    () => vitest.assert.equal(1, 2),
    () => assert.equal(1, 2),
    () => assert.strictEqual(1, 2),
    () => assert.strict.equal(1, 2),
    () => assert.deepStrictEqual([1], [2]),
  ];
  for (const assertion of assertions) {
    try {
      assertion();
    } catch {
      continue;
    }
    return `${assertion}`;
  }
  return undefined;
}
