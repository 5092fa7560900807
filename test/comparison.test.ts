import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
/** What a proof in the table stands for. */
const PLACES: [pattern: RegExp, path: (name: string) => string][] = [
  [/^host\//, (name) => `test/e2e/${name}`],
  [/^test\//, (name) => name],
  [/^interface$/, () => 'test/e2e/interface.e2e.ts'],
  [/^bench -- /, (name) => `bench/${name.slice('bench -- '.length)}.ts`],
];

test('what Coppice has in the comparison with others is proven by tests that are there', () => {
  const rows = readFileSync(join(root, 'docs/comparison.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  let proven = 0;
  for (const row of rows) {
    const cells = row.split('|').map((cell) => cell.trim());
    const [claim, proof] = [cells.at(-3)!, cells.at(-2)!];
    const names = [...proof.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    if (/^\*\*(has|better)\*\*/.test(claim)) assert.ok(names.length > 0, row);
    for (const name of names) {
      const path = PLACES.find(([pattern]) => pattern.test(name))?.[1](name);
      assert.ok(path !== undefined && existsSync(join(root, path)), name);
      proven++;
    }
  }
  assert.ok(proven > 30, `${proven}`);
});
