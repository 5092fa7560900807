// node tools/golden/tokenizer-cases.ts texts|definitions: what make_tokenizer_golden.py asks the reference implementations about.
import { MARKED, TEXTS } from '../../test/engine/weights/tokenizer-texts.ts';

const wanted =
  process.argv[2] === 'texts'
    ? { texts: TEXTS, marked: MARKED }
    : // The definitions are made of the vocabularies that come of the texts.
      (await import('../../test/engine/weights/tokenizer-cases.ts')).definitions();
process.stdout.write(JSON.stringify(wanted));
