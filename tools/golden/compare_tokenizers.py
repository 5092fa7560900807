#!/usr/bin/env python3
"""Compares our ids of thousands of random and real snippets with those of the reference implementations.

    python3 tools/golden/compare_tokenizers.py [--count N] VOCABULARY.gguf...

Needs sentencepiece 0.2.2 and tokenizers 0.23.2, and node. SentencePiece's vocabularies are asked of sentencepiece itself, others
of tokenizers, by the definition that we rebuild from the file. They may differ about characters that only one of the two knows:
Node's Unicode is newer.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2

from make_tokenizer_golden import complete

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN, CONTROL, USER_DEFINED = 2, 3, 4


def pieces(vocabulary):
    """A SentencePiece model with the pieces of the file."""
    model = sentencepiece_model_pb2.ModelProto()
    model.trainer_spec.model_type = sentencepiece_model_pb2.TrainerSpec.BPE
    model.trainer_spec.byte_fallback = True
    model.normalizer_spec.name = 'identity'
    model.normalizer_spec.add_dummy_prefix = vocabulary['prefix']
    model.normalizer_spec.remove_extra_whitespaces = False
    seen = set()
    columns = zip(vocabulary['tokens'], vocabulary['scores'], vocabulary['types'])
    for i, (token, score, kind) in enumerate(columns):
        name = token if token and token not in seen else f'<unnamed{i}>'
        seen.add(name)
        # It takes one unknown piece, and text must not spell the special ones.
        other = CONTROL if kind in (UNKNOWN, USER_DEFINED) else kind
        model.pieces.add(piece=name, score=score, type=UNKNOWN if i == 0 else other)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
    return processor.encode


def definition(given):
    reference = tokenizers.Tokenizer.from_str(json.dumps(complete(given)))
    reference.encode_special_tokens = True
    return lambda text: reference.encode(text, add_special_tokens=False).ids


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--count', default='5000')
    parser.add_argument('files', nargs='+')
    given = parser.parse_args()
    failed = False
    for file in given.files:
        command = ['node', str(ROOT / 'tools' / 'golden' / 'tokenizer-snippets.ts'), file, given.count]
        asked = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        encode = pieces(asked['vocabulary']) if asked['kind'] == 'llama' else definition(asked['definition'])
        wrong = [case for case in asked['cases'] if encode(case['text']) != case['ids']]
        print(f'{Path(file).name}: {len(wrong)} of {len(asked["cases"])} differ (seed {asked["seed"]})')
        for case in wrong[:3]:
            print(f'  {case["text"]!r}\n    {encode(case["text"])}\n    {case["ids"]}')
        failed |= bool(wrong)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
