// node tools/golden/gguf-cases.ts FOLDER: what make_gguf_golden.py asks llama.cpp about.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  blockCases,
  modelCases,
  PROMPT,
  SPROUT_TEXT,
  SPROUT_TYPES,
  WANTED,
} from '../../test/engine/weights/gguf-cases.ts';
import { SMALL } from '../../test/engine/weights/gguf-files.ts';
import { sproutGguf } from '../../test/engine/weights/sprout-gguf.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name a folder.');
mkdirSync(folder, { recursive: true });
for (const [name, { bytes, elements }] of Object.entries(blockCases())) {
  writeFileSync(join(folder, `${name}.blocks`), bytes);
  writeFileSync(join(folder, `${name}.count`), String(elements));
}
const models = modelCases();
for (const [name, make] of Object.entries(models)) writeFileSync(join(folder, `${name}.gguf`), make());
for (const type of SPROUT_TYPES) writeFileSync(join(folder, `sprout-${type}.gguf`), await sproutGguf(type));
const sprout = { types: SPROUT_TYPES, text: SPROUT_TEXT };
const cases = { sprout, models: Object.keys(models), prompt: PROMPT, wanted: WANTED, vocabulary: SMALL.vocabulary };
writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
