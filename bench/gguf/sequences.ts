import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { languageOf } from '../../src/core/language.ts';
import { renderedText, renderNode } from '../../src/core/prompt/dialect.ts';
import type { Dialect } from '../../src/core/prompt/dialects.ts';
import { growTree } from '../../src/core/prompt/grow-tree.ts';
import type { PromptTree } from '../../src/core/prompt/tree.ts';
import type { Decoder } from '../../src/engine/decoder.ts';
import { StopChecker } from '../../src/engine/sample/stop.ts';
import { leavesOf, tokenizeTree } from '../../src/engine/token-tree.ts';
import type { ModelSource } from '../../src/engine/weights/model-source.ts';
import { contextOf, findTarget } from '../../src/run/target.ts';
import { Syntax } from '../../src/syntax/syntax.ts';
import type { Sequence } from '../../test/engine/model-logits.ts';
import { SPROUT } from '../../test/engine/weights/sprout-gguf.ts';
import { type Problem, readProblems } from '../sprout/problem.ts';

/** A file with a function to fill in, and its tests. */
interface Shown {
  path: string;
  content: string;
  symbol: string;
  tests: { path: string; text: string };
}

const [HELD_OUT, ANSWER_TOKENS, PROMPT_STEP] = [6, 48, 8];
const CHARACTERS = 2000;

/** The open functions of examples/, and the first held-out problems: the list begins with one of each kind and language. */
async function shown(syntax: Syntax, problems: Problem[]): Promise<Shown[]> {
  const root = new URL('../../', import.meta.url);
  const read = (path: string) => readFile(new URL(path, root), 'utf8');
  const examples = await Promise.all(
    [
      ['examples/python/words.py', 'examples/python/tests/test_words.py'],
      ['examples/typescript/src/numbers.ts', 'examples/typescript/test/numbers.test.ts'],
    ].map(async ([path, testPath]) => {
      const [content, text] = [await read(path!), await read(testPath!)];
      const open = syntax.functions(languageOf(path!)!, content).filter(({ isStub }) => isStub);
      return open.map(({ name }) => ({ path: path!, content, symbol: name, tests: { path: testPath!, text } }));
    }),
  );
  const heldOut = problems.slice(0, HELD_OUT).map(({ path, content, symbol, testPath, testContent }) => ({
    ...{ path, content, symbol, tests: { path: testPath, text: testContent } },
  }));
  return [...examples.flat(), ...heldOut];
}

/** Sequences to compare logits of, and texts to compare tokens of: the prompts, and every held-out file with its tests. */
export async function sproutSequences(source: ModelSource, decoder: Decoder) {
  const syntax = await Syntax.load();
  const problems = await readProblems(join(SPROUT, 'heldout.jsonl'));
  const sequences: Sequence[] = [];
  const texts: string[] = [];
  for (const { path, content, symbol, tests } of await shown(syntax, problems)) {
    const file = { workspace: '', path, text: content, asWritten: (text: string) => text, language: languageOf(path)! };
    const context = contextOf(findTarget(syntax, file, { symbol }));
    const { name } = source.dialect;
    const tree = growTree(context, { tests: [tests], candidates: 1, dialect: name, characters: CHARACTERS });
    texts.push(textOf(tree, source.dialect));
    const prompt = leavesOf(tokenizeTree(tree, source.tokenizer!, source.dialect))[0]!.spans.flat();
    const tokens = [...prompt, ...(await greedyAnswer(prompt, source, decoder, syntax))];
    const wanted = tokens.map((_, at) => at).filter((at) => at >= prompt.length - 1 || at % PROMPT_STEP === 0);
    sequences.push({ tokens, wanted });
  }
  texts.push(...problems.flatMap(({ content, testContent }) => [content, testContent]));
  return { sequences, texts };
}

/** The prompt of the first leaf, as it is written. */
function textOf(tree: PromptTree, dialect: Dialect): string {
  const [below] = tree.children;
  return renderedText(renderNode(tree, dialect)) + (below ? textOf(below, dialect) : '');
}

async function greedyAnswer(
  prompt: number[],
  { endTokens, tokenizer }: ModelSource,
  decoder: Decoder,
  syntax: Syntax,
): Promise<number[]> {
  const rules = { maxTokens: ANSWER_TOKENS, strings: [] };
  const { candidates } = await decoder.decode(
    {
      leaves: [{ spans: [prompt], path: [], candidates: 1 }],
      sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 },
      ...{ maxTokens: ANSWER_TOKENS, logprobs: 0, reproducible: true },
      stop: new StopChecker(rules, endTokens, tokenizer, syntax),
    },
    new AbortController().signal,
  );
  return candidates[0]!.tokens;
}
