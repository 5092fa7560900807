import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { below } from '../random-numbers.ts';
import { MARKED, TEXTS } from './tokenizer-texts.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = ['src/core', 'src/judge', 'kernels', 'examples/python'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|py|wgsl|mjs)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
);

/** A piece of a source file, of the texts that tokenizers differ about, or of characters of any kind. */
export function snippet(random: () => number): string {
  const cut = (text: string) => {
    const from = below(random, text.length + 1);
    // Half a character becomes one of its own.
    return Buffer.from(text.slice(from, from + below(random, 120))).toString();
  };
  const any = () => {
    const point = below(random, [128, 0x800, 0x10000, 0x110000][below(random, 4)]!);
    return point >= 0xd800 && point < 0xe000 ? ' ' : String.fromCodePoint(point);
  };
  const made = [
    () => cut(sources[below(random, sources.length)]!),
    () => cut([...TEXTS, ...MARKED][below(random, TEXTS.length + MARKED.length)]!),
    () => Array.from({ length: below(random, 40) }, any).join(''),
    () => [any(), ' ', '\n'][below(random, 3)]!.repeat(below(random, 60)),
  ];
  return Array.from({ length: 1 + below(random, 2) }, () => made[below(random, made.length)]!()).join('');
}
