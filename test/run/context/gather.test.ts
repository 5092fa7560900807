import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DefinitionFinder } from '../../../src/run/context/definitions.ts';
import { type ContextRequest, gatherContext, wantedOf } from '../../../src/run/context/gather.ts';
import { PromptFiles } from '../../../src/run/context/prompt-files.ts';
import { readSourceFile } from '../../../src/run/source-file.ts';
import { contextOf, findTarget } from '../../../src/run/target.ts';
import { Syntax } from '../../../src/syntax/syntax.ts';
import { scratchFolder } from '../scratch.ts';

const syntax = await Syntax.load();

async function targetIn(workspace: string, path: string, symbol: string) {
  return findTarget(syntax, await readSourceFile(workspace, path), { symbol });
}

/** The context of a function, by path: what each excerpt is and what it says. */
async function contextFor(
  files: Record<string, string>,
  [path, symbol]: [path: string, symbol: string],
  options: Omit<Partial<ContextRequest>, 'target'> = {},
) {
  const workspace = scratchFolder(files);
  const target = await targetIn(workspace, path, symbol);
  const promptFiles = new PromptFiles(workspace);
  const excerpts = await gatherContext(syntax, promptFiles, { target, tests: [], ...options });
  const shown = excerpts.map(({ worth, path, title }) => `${worth}: ${title} in ${path}`);
  const text = excerpts.map((excerpt) => excerpt.text).join('\n');
  return { excerpts, shown, text, refusals: await promptFiles.refusals() };
}

const PYTHON = {
  'pyproject.toml': '',
  'shop/__init__.py': 'from .orders import Order\n',
  'shop/orders.py': `from dataclasses import dataclass
from .lines import Line
import requests

@dataclass
class Order:
    lines: list[Line]
    def paid(self) -> bool:
        return True

class Unrelated:
    pass
`,
  'shop/lines.py': 'class Line:\n    cents: int\n',
  'shop/money.py': 'class Money:\n    cents: int\n',
  'shop/base.py': 'class Pricing:\n    def round(self, x): ...\n',
  'shop/price.py': `from shop import Order
from . import money
from .base import Pricing

class Prices(Pricing):
    def price(self, order: "Order") -> money.Money:
        """The price."""
`,
  'tests/makers.py':
    'from shop import Order\n\ndef an_order(**fields):\n    return Order(**fields)\n\ndef other(): ...\n',
  'tests/test_price.py': `from shop.price import Prices
from tests.makers import an_order, other

def test_price():
    assert Prices().price(an_order(lines=[])).cents == 0

def test_else():
    other()
`,
};

test('the types and functions that a Python signature and its tests name are found through imports', async () => {
  const { shown, text } = await contextFor(PYTHON, ['shop/price.py', 'Prices.price'], {
    tests: ['tests/test_price.py'],
  });
  assert.deepEqual(shown, [
    'signature: definition of Order in shop/orders.py',
    'signature: definition of Money in shop/money.py',
    'signature: definition of Pricing in shop/base.py',
    'tests: definition of an_order in tests/makers.py',
    'indirect: definition of Line in shop/lines.py',
  ]);
  assert.ok(!text.includes('Unrelated') && !text.includes('def other'));
});

const TYPESCRIPT = {
  'package.json':
    '{ "name": "shop", "imports": { "#money/*": "./src/money/*.ts" }, "exports": { "./tax": "./src/tax.ts" } }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
  'src/index.ts': "export * from './orders.js';\n",
  'src/orders.ts': "import type { Line } from '@/line';\nexport interface Order { lines: Line[] }\n",
  'src/line.tsx': 'export type Line = { cents: number };\n',
  'src/money/money.ts': 'export default class Money { cents = 0 }\nexport class Money2 {}\n',
  'src/main.ts': 'export function other() {}\nexport default function main() {}\n',
  'src/tax.ts': 'export const rate = (at: Date): number => 0.2;\n',
  'src/price.ts': `import type { Order } from '.';
import { Money2 as Cash } from '#money/money';
import { rate } from 'shop/tax';
import start from './main';
import { readFile } from 'node:fs';
import { z } from 'zod';

export function price(order: Order, at = rate(new Date()), run = start): Cash {
}
`,
};

test('the same in TypeScript: relative, package-local and mapped imports, re-exports and .js for .ts', async () => {
  const { shown, text } = await contextFor(TYPESCRIPT, ['src/price.ts', 'price']);
  assert.deepEqual(shown, [
    'signature: definition of Order in src/orders.ts',
    'signature: definition of rate in src/tax.ts',
    'signature: definition of main in src/main.ts',
    'signature: definition of Money2 in src/money/money.ts',
    'indirect: definition of Line in src/line.tsx',
  ]);
  assert.ok(text.includes('lines: Line[]'));
});

test('whoever knows better says where a name is defined, and what is outside stays outside', async () => {
  const asked: string[] = [];
  const finder: DefinitionFinder = async (uses) => {
    asked.push(...uses.map(({ name, path, offset }) => `${name} ${path} ${offset}`));
    return uses.map(({ name }) =>
      name === 'Cash'
        ? { path: 'src/money/money.ts', line: 1 }
        : name === 'Date'
          ? { path: '../lib.d.ts', line: 3 }
          : undefined,
    );
  };
  const { shown } = await contextFor(TYPESCRIPT, ['src/price.ts', 'price'], { finder });
  assert.ok(shown.includes('signature: definition of Money2 in src/money/money.ts'), shown.join());
  assert.ok(shown.includes('signature: definition of Order in src/orders.ts'), shown.join());
  const offset = TYPESCRIPT['src/price.ts'].indexOf('Order,');
  assert.ok(asked.includes(`Order src/price.ts ${offset}`), asked.join());
});

test('similar functions of the folder, the first instructions and what was edited of late come along', async () => {
  const files = {
    'parse_json.py':
      'def parse_json(text: str) -> Doc:\n    """JSON."""\n    return Doc(json.loads(text))\n\ndef unlike(): return 1\n',
    'parse_toml.py': 'def parse_toml(text: str) -> Doc:\n    pass\n',
    'test_parse_xml.py': 'def parse_xml(text):\n    return 1\n',
    'parse.py': 'def parse_yaml(text: str) -> Doc:\n    """YAML."""\n',
    'AGENTS.md': 'Use match statements.\n',
    '.github/copilot-instructions.md': 'Others.\n',
    'far.py': `${'a = 1\n'.repeat(50)}edited = 1\n${'b = 1\n'.repeat(50)}`,
    '.env': 'KEY=1\n',
  };
  const recent = [
    { path: 'parse.py', line: 0 },
    { path: '.env', line: 0 },
    { path: 'far.py', line: 50 },
  ];
  const { shown, text, refusals, excerpts } = await contextFor(files, ['parse.py', 'parse_yaml'], { recent });
  assert.deepEqual(shown, [
    'sibling: similar function parse_json in parse_json.py',
    'instructions: instructions of the workspace in AGENTS.md',
    'recent: edited of late in far.py',
  ]);
  assert.ok(text.includes('edited = 1\n') && !text.includes('unlike'));
  assert.equal(excerpts.at(-1)!.cut, '77 lines far from the edit');
  assert.deepEqual(refusals, [{ path: '.env', why: 'its name is that of a file with secrets' }]);
});

test('imports that lead in circles or nowhere end', async () => {
  const files = {
    'a.py':
      'from b import *\nfrom a import A\nfrom .. import x\nfrom ...y import A\n\ndef f(a: A) -> B:\n    """."""\n',
    'b.py': 'from a import *\nfrom c import A\n',
    'c.py': 'from b import A\n',
  };
  const { shown } = await contextFor(files, ['a.py', 'f']);
  assert.deepEqual(shown, []);
});

test('of a long file the class header, what the signature names and its siblings are wanted most', async () => {
  const text = `class Money: ...\n\n${'x = 1\n'.repeat(30)}
class Prices(Base):
    rate: float

    def tax(self, m: Money) -> Money:
        return m

    def price(self, m: Money) -> Late:
        """The price."""

class Late: ...
`;
  const workspace = scratchFolder({ 'a.py': text });
  const target = await targetIn(workspace, 'a.py', 'price');
  const { before, after } = contextOf(target);
  const wanted = wantedOf(syntax, target);
  assert.deepEqual(
    wanted.before.map(({ start, end }) => before.slice(start, end)),
    ['class Prices(Base):\n', 'class Money: ...\n', '    rate: float\n', '    def tax(self, m: Money) -> Money:\n'],
  );
  assert.deepEqual(
    wanted.after.map(({ start, end }) => after.slice(start, end)),
    ['class Late: ...\n'],
  );
});
