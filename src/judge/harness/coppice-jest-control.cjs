/** Before each test file, in its own context: a test that must fail, and assertions that must fail after the others. */
const assert = require('node:assert');

const CONTROL = 'coppice control';

/** What a test file takes its tests from, as it is before the file is loaded. */
const names = ['test', 'it', 'describe', 'expect'];
const before = names.map((name) => globalThis[name]);

test(CONTROL, () => {
  if (!whichHolds()) throw new Error(CONTROL);
});

afterAll(() => {
  const which = whichHolds();
  if (which) throw new Error(`A test that must fail would pass: ${which}`);
});

function whichHolds() {
  const changed = names.find((name, n) => globalThis[name] !== before[n]);
  if (changed) return changed;
  const assertions = [
    () => expect(1).toBe(2),
    () => expect([1]).toEqual([2]),
    () => expect([1]).toStrictEqual([2]),
    () => expect(true).toBeFalsy(),
    () => expect(false).toBeTruthy(),
    () => expect([1]).toContain(2),
    () => expect(() => {}).toThrow(),
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
