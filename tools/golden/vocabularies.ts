/**
 * node tools/golden/vocabularies.ts FOLDER: reads every tokenizer `NAME.gguf` of a folder, as llama.cpp has them in models/, and
 * compares its ids of the texts in `NAME.gguf.inp` with those in `NAME.gguf.out`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoppiceError } from '../../src/core/errors.ts';
import { GgufFile } from '../../src/engine/weights/gguf/gguf.ts';
import { ggufTokenizer } from '../../src/engine/weights/gguf/tokenizer.ts';
import { Tokenizer } from '../../src/engine/weights/tokenizer.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name a folder.');
const names = readdirSync(folder);
for (const name of names.filter((name) => names.includes(`${name}.inp`))) {
  const texts = readFileSync(join(folder, `${name}.inp`), 'utf8').split('\n__ggml_vocab_test__\n');
  const wanted = readFileSync(join(folder, `${name}.out`), 'utf8').split('\n');
  let file: GgufFile | undefined;
  try {
    file = await GgufFile.open(join(folder, name));
    const tokenizer = Tokenizer.of(ggufTokenizer(file.metadata)!);
    const wrong = texts.filter((text, i) => tokenizer.encode(text).join(' ') !== wanted[i]!.trim());
    console.log(`${name}: ${texts.length - wrong.length} of ${texts.length} texts as expected`);
    for (const text of wrong) console.log(`  not ${JSON.stringify(text)}`);
    if (wrong.length > 0) process.exitCode = 1;
  } catch (error) {
    console.log(`${name}: ${CoppiceError.wrap(error).message}`);
  } finally {
    await file?.dispose();
  }
}
