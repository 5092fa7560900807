import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SAMPLING } from '../../src/core/candidate.ts';
import { renderedText, renderNode } from '../../src/core/prompt/dialect.ts';
import { DIALECTS, type DialectName } from '../../src/core/prompt/dialects.ts';
import { growTree } from '../../src/core/prompt/grow-tree.ts';
import { leavesOf, tokenizeTree } from '../../src/engine/token-tree.ts';
import { readModelFolder } from '../../src/engine/weights/model-source.ts';
import { EngineClient } from '../../src/run/engine-client.ts';
import { grow } from '../../src/run/grow.ts';
import { JudgeClient } from '../../src/run/judge-client.ts';
import { readSourceFile } from '../../src/run/source-file.ts';
import { contextOf, findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import { writeRandomCheckpoint } from '../engine/random-checkpoint.ts';
import { randomFrom } from '../engine/random-numbers.ts';
import { scratchFolder } from './scratch.ts';

const SPROUT = fileURLToPath(new URL('../../models/sprout/tokenizer.json', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

const syntax = await Syntax.load();
const engine = new EngineClient();
const judge = new JudgeClient();
after(() => Promise.all([engine.dispose(), judge.dispose()]));

const project = scratchFolder({
  'a.py': 'LIMIT = 4  # <fim_middle>\n\n\ndef half(n):\n    """Half of n."""\n\n\ndef double(n):\n    return n * 2\n',
  'test_a.py':
    'import unittest\nfrom a import half\n\nclass Half(unittest.TestCase):\n    def test(self):\n        self.assertEqual(half(4), 2)\n',
});

/** A model of random weights with Sprout's tokenizer, whose special tokens are those of a dialect. */
function modelOf(tokens: string[]): string {
  const folder = scratchFolder();
  const shape = { layers: 1, width: 32, heads: 2, kvHeads: 1, headWidth: 16, feedForward: 32, vocabulary: 4096 };
  writeRandomCheckpoint(
    folder,
    { ...shape, architecture: 'Qwen2ForCausalLM', maxPositions: 1024, tiedHead: true, type: 'F32', biases: true },
    randomFrom(7),
  );
  const { added_tokens: added, ...rest } = JSON.parse(readFileSync(SPROUT, 'utf8'));
  const special = tokens.map((content, i) => ({ ...added[i], content }));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...rest, added_tokens: special }));
  return folder;
}

const tokensOf = (wanted: DialectName) => DIALECTS.find(({ name }) => name === wanted)!.tokens;

for (const name of ['starcoder2', 'deepseek-coder', 'codestral'] as const) {
  test(`a model with the tokens of ${name} reads a prompt of that dialect, and its tokens end a candidate`, async () => {
    const { tokenizer, dialect, endTokens, info } = await readModelFolder(modelOf(tokensOf(name)));
    assert.ok(tokenizer);
    assert.equal(info.dialect, name);
    for (const token of tokensOf(name)) assert.ok(endTokens.has(tokenizer.specialId(token)));

    const source = await readSourceFile(project, 'a.py');
    const tests = [{ path: 'test_a.py', text: readFileSync(join(project, 'test_a.py'), 'utf8') }];
    const context = contextOf(findTarget(syntax, source, { symbol: 'half' }));
    const tree = growTree(context, { tests, candidates: 4, dialect: name, characters: 2000 });
    const [first] = leavesOf(tokenizeTree(tree, tokenizer, dialect));
    const ids = first!.spans.flat();
    const written = [tree, tree.children[0]!].flatMap((node) => renderNode(node, dialect));
    assert.equal(tokenizer.decode(ids), renderedText(written));
    const special = new Set(tokensOf(name).map((token) => tokenizer.specialId(token)));
    assert.deepEqual(
      ids.filter((id) => special.has(id)),
      written.flatMap((segment) => (segment.kind === 'special' ? [tokenizer.specialId(segment.token)] : [])),
    );
  });
}

test('tree and grow say of a model without such tokens what it does not see, and nothing of one that has them', async () => {
  const [plain, starcoder] = [modelOf(['<|endoftext|>']), modelOf(tokensOf('starcoder'))];
  const tree = (model: string, ...more: string[]) => {
    const args = [MAIN, 'tree', join(project, 'a.py'), '--symbol', 'half', '--model', model, ...more];
    return execFileSync(process.execPath, args, { encoding: 'utf8' });
  };
  assert.match(tree(plain), /suffix of a\.py: 0 tokens \(cut: all of it.*can not fill in the middle/s);
  assert.match(tree(plain), /does not see what follows the function\.\n$/);
  assert.doesNotMatch(tree(starcoder), /does not see/);
  const { dialect, nodes } = JSON.parse(tree(starcoder, '--json'));
  assert.equal(dialect, 'starcoder');
  const roles = nodes.slice(0, 2).map((node: { pieces: { role: string }[] }) => node.pieces.map(({ role }) => role));
  assert.deepEqual(roles, [
    ['system', 'tests', 'prefix'],
    ['problem', 'suffix'],
  ]);

  const request = { workspace: project, file: 'a.py', tests: { kind: 'none' as const }, overlays: [], candidates: 2 };
  const { run } = await grow(
    {
      ...{
        ...request,
        place: { symbol: 'half' },
        maxTokens: 4,
        sampling: DEFAULT_SAMPLING,
        model: plain,
      },
      ...{ reproducible: true, allowUnsandboxed: true },
    },
    { syntax, engine, judge },
  );
  assert.equal(run.prompt.dialect, 'plain');
});
