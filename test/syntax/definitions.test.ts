import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Syntax } from '../../src/syntax/syntax.ts';

const syntax = await Syntax.load();

const PYTHON = `"""A module."""
from __future__ import annotations
import numpy as np, os.path
from .line import Line as L, total
from shop import *

LIMIT: int = 3
Pair = tuple[int, int]

# What is bought.
@dataclass
class Order(Base):
    """An order."""
    lines: list[L]

    def total(self) -> Money:
        """The sum."""
        sum = 0
        for line in self.lines:
            sum += line.price
        return sum

    def empty(self) -> bool:
        return not self.lines


def price(order: "Order", *, at: Date = TODAY) -> Money:
    a = 1
    b = 2
    c = 3
    return a
`;

const TYPESCRIPT = `import fs, { readFile as read } from 'node:fs';
import * as path from 'node:path';
import type { Line } from './line.ts';
export { total } from './total.js';
export * from './all.js';
const { join, parse: p } = require('path');

/** A sum. */
export interface Money { cents: number; of?: Line }
export type Pair = [Money, Money];
export const zero: Money = { cents: 0 }, one = 1;
export class Order extends Base<Line> {
  lines: Line[] = [];
  total(): Money {
    let sum = zero;
    for (const line of this.lines) sum = add(sum, line);
    console.log(sum);
    return sum;
  }
  empty(): boolean {
    return this.lines.length === 0;
  }
}
export const add = (a: Money, b: Line): Money => {
  const x = 1;
  const y = 2;
  return { cents: x + y };
};
export default function main(order: Order) {}
enum Kind { A }
`;

test('Python definitions are whole lines with their decorators, comments and outlines', () => {
  const found = syntax.definitions('python', PYTHON);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['LIMIT', 'Pair', 'Order', 'price'],
  );
  const order = found[2]!;
  assert.ok(PYTHON.slice(order.start, order.end).startsWith('# What is bought.\n@dataclass\n'));
  assert.ok(PYTHON.slice(order.start, order.end).endsWith('return not self.lines\n'));
  assert.equal(
    order.outline,
    `# What is bought.
@dataclass
class Order(Base):
    """An order."""
    lines: list[L]

    def total(self) -> Money:
        """The sum."""
        ...

    def empty(self) -> bool:
        return not self.lines
`,
  );
  for (const name of ['Base', 'L', 'Money']) assert.ok(order.uses.includes(name), name);
  assert.ok(!order.uses.includes('line'), 'what only a body uses is not of its outline');
  assert.ok(found[3]!.uses.includes('Order'), 'types may be quoted');
  assert.ok(found[3]!.outline.endsWith('-> Money:\n    ...\n'));
});

test('TypeScript definitions are the declarations of the file, exported or not', () => {
  const found = syntax.definitions('typescript', TYPESCRIPT);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['Money', 'Pair', 'zero', 'one', 'Order', 'add', 'main', 'Kind'],
  );
  assert.ok(TYPESCRIPT.slice(found[0]!.start, found[0]!.end).startsWith('/** A sum. */\nexport interface'));
  assert.match(found[4]!.outline, /total\(\): Money \{ \/\* \.\.\. \*\/ \}\n {2}empty\(\): boolean \{\n {4}return/);
  assert.deepEqual(found[0]!.uses, ['Line']);
});

test('imports tell the module, what it is called there and what it is called here', () => {
  assert.deepEqual(
    syntax.importedNames('python', PYTHON).map(({ local, module, imported }) => `${local} = ${imported} of ${module}`),
    ['np = * of numpy', 'os = * of os.path', 'L = Line of .line', 'total = total of .line', '* = * of shop'],
  );
  assert.deepEqual(
    syntax
      .importedNames('typescript', TYPESCRIPT)
      .map(({ local, module, imported }) => `${local} = ${imported} of ${module}`)
      .sort(),
    [
      '* = * of ./all.js',
      'Line = Line of ./line.ts',
      'fs = default of node:fs',
      'join = join of path',
      'p = parse of path',
      'path = * of node:path',
      'read = readFile of node:fs',
      'total = total of ./total.js',
    ],
  );
});

test('the classes around a place tell their header and the signatures of their members', () => {
  for (const [language, text] of [
    ['python', PYTHON],
    ['typescript', TYPESCRIPT],
  ] as const) {
    const [scope, ...others] = syntax.scopes(language, text, text.indexOf('total(', text.indexOf('class')));
    assert.deepEqual(others, []);
    assert.equal(scope!.name, 'Order');
    assert.match(text.slice(scope!.start, scope!.headerEnd), /^(@dataclass\n|export )?class Order.*\n$/);
    const members = scope!.members.map(({ start, end }) => text.slice(start, end).trim());
    assert.ok(members.some((member) => /total\(.*Money/.test(member) && !member.includes('sum')));
    assert.ok(members.some((member) => member.startsWith('lines')));
  }
});

test('the names of a stretch are those in it, with their places', () => {
  const start = PYTHON.indexOf('def price');
  const end = PYTHON.indexOf('a = 1', start);
  const mentions = syntax.mentions('python', PYTHON, [{ start, end }]);
  assert.deepEqual(
    mentions.map(({ name }) => name),
    ['price', 'order', 'Order', 'at', 'Date', 'TODAY', 'Money'],
  );
  for (const { name, offset } of mentions) assert.ok(PYTHON.startsWith(name, offset));
});
