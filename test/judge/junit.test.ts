import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJUnit } from '../../src/judge/tests/junit.ts';

test('cases carry status, message, trace and output, whatever letters are in them', () => {
  const cases = readJUnit(
    `<?xml version="1.0" encoding="UTF-8"?>
    <!-- by a <testcase/> runner -->
    <testsuite name="s" tests="4">
      <properties><property name="a" value="b>c"/></properties>
      <testcase name="a &lt;&amp;&#228;&#x1F333;&gt;" classname="C" time="0.012"/>
      <testcase name='b' classname='C'><failure message="no &quot;1&quot;" type="E">E: no\n\tat C.b(C.java:7)</failure></testcase>
      <testcase name="c" classname="C"><error type="E"><![CDATA[E: <b> & so on\n\tat C.c(C.java:9)]]></error>
        <system-out><![CDATA[<testcase name="fake"/>]]></system-out></testcase>
      <testcase name="d" classname="C" status="notrun"/>
      <testcase name="e"><skipped message="later"/></testcase>
    </testsuite>`,
  );
  assert.deepEqual(
    cases?.map(({ name, status, message, durationMs }) => ({ name, status, message, durationMs })),
    [
      { name: 'a <&ä🌳>', status: 'passed', message: undefined, durationMs: 12 },
      { name: 'b', status: 'failed', message: 'no "1"', durationMs: 0 },
      { name: 'c', status: 'error', message: 'E: <b> & so on', durationMs: 0 },
      { name: 'd', status: 'skipped', message: undefined, durationMs: 0 },
      { name: 'e', status: 'skipped', message: 'later', durationMs: 0 },
    ],
  );
  assert.match(cases![1]!.trace, /C\.java:7/);
  assert.equal(cases![2]!.output, '<testcase name="fake"/>');
});

test('a report that is cut off, or is none, is no report', () => {
  const whole = '<testsuite><testcase name="a"><failure message="x"/></testcase></testsuite>';
  assert.equal(readJUnit(whole)?.length, 1);
  for (let length = 1; length < whole.length; length++) assert.equal(readJUnit(whole.slice(0, length)), undefined);
  assert.equal(readJUnit('<testsuite></testcase>'), undefined);
  assert.equal(readJUnit('<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'), undefined);
});

test('no text makes the reader fail or dawdle', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '<testcase ',
    '</testcase>',
    'name="',
    "'",
    '&#x',
    ';',
    '<![CDATA[',
    ']]>',
    '<!--',
    'ä',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 50 }), (pieces) => {
      readJUnit(pieces.join(''));
    }),
  );
  const began = performance.now();
  for (const part of ['<a b="', '<a ', '<!--', '<![CDATA[', "a='b' ", '&#', '<testcase x="y" '])
    readJUnit(part.repeat(100_000));
  assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`);
});
