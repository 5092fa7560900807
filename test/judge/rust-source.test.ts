import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTests, withTestsOf } from '../../src/judge/tests/rust-source.ts';
import { lines } from './workspace.ts';

const TESTS = lines(
  '#[cfg(test)]',
  'mod tests {',
  '    // a brace } in a comment, /* and',
  '    /* one /* in another } */ } */',
  "    const A: char = '}';",
  `    const B: &str = "}\\"}";`,
  '    const C: &str = r##"} "# }"##;',
  "    fn life<'a>(x: &'a str) -> &'a str { x }",
  '    #[test]',
  '    fn one() { assert_eq!(super::one(), 1); }',
  '}',
);

test('a candidate gets the test module of the original in place of its own, and nothing else changes', () => {
  const original = `fn one() -> i32 { todo!() }\n\n${TESTS}\nfn after() {}\n`;
  const own = lines('#[cfg(test)]', '#[allow(unused)]', 'mod tests {', '    #[test]', '    fn one() {}', '}');
  const text = `fn one() -> i32 { 1 }\n\n${own}\nfn after() {}\n`;
  assert.equal(withTestsOf(original, text), `fn one() -> i32 { 1 }\n\n${TESTS}\nfn after() {}\n`);
});

test('a candidate without a test module gets that of the original at its end', () => {
  assert.equal(withTestsOf(`fn one() {}\n${TESTS}`, 'fn one() -> i32 { 1 }\n'), `fn one() -> i32 { 1 }\n\n${TESTS}`);
});

test('a candidate of a file without a test module stays as it is', () => {
  assert.equal(withTestsOf('fn one() {}\n', 'fn one() {}\n// more\n'), 'fn one() {}\n// more\n');
});

test('a file has tests where an attribute says so, whichever runtime it names', () => {
  assert.equal(hasTests('    #[test]\n    fn a() {}\n'), true);
  assert.equal(hasTests('#[tokio::test(flavor = "multi_thread")]\nasync fn a() {}\n'), true);
  assert.equal(hasTests('// test\nfn test() {}\n'), false);
});
