#!/usr/bin/env python3
"""Writes test/fixtures/tokenizers.json and tokenizer.model: small vocabularies, and what the reference implementations make of
texts with them.

    python3 tools/golden/make_tokenizer_golden.py

Needs sentencepiece 0.2.2 and tokenizers 0.23.2, and node. The vocabularies are learnt from src/, so a change there changes them.
"""

import io
import json
import subprocess
from pathlib import Path

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / 'test' / 'fixtures' / 'tokenizers.json'
SIZE = 640


def lines():
    for file in sorted((ROOT / 'src' / 'engine').rglob('*.ts')):
        yield from file.read_text().splitlines()


def learn_pieces():
    """As Llama's was: no normalisation, white space as it is, digits by themselves, bytes for what is unknown."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines(), model_writer=model, vocab_size=SIZE, model_type='bpe', byte_fallback=True,
        normalization_rule_name='identity', remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, character_coverage=0.9995, num_threads=1, minloglevel=1)
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    pieces = {'tokens': [p.piece for p in proto.pieces], 'scores': [p.score for p in proto.pieces],
              'types': [p.type for p in proto.pieces]}
    return model.getvalue(), pieces


def learn_bytes(texts):
    """Of whole lines, so that every way of cutting them first gives other tokens."""
    letters = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    learnt = tokenizers.Tokenizer(tokenizers.models.BPE())
    learnt.pre_tokenizer = letters
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=SIZE - 1, show_progress=False, max_token_length=12,
                                             initial_alphabet=letters.alphabet())
    learnt.train_from_iterator([*texts * 3000, *(line + '\n' for line in lines())], trainer)
    model = json.loads(learnt.to_str())['model']
    tokens = sorted(model['vocab'], key=model['vocab'].get)
    return {'tokens': [*tokens, '<|endoftext|>'], 'merges': [' '.join(pair) for pair in model['merges']]}


def asked(what):
    command = ['node', str(ROOT / 'tools' / 'golden' / 'tokenizer-cases.ts'), what]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def written(ids):
    return ' '.join(str(i) for i in ids)


def main():
    cases = asked('texts')
    model, pieces = learn_pieces()
    (OUT.parent / 'tokenizer.model').write_bytes(model)
    golden = {}
    fixture = {'pieces': pieces, 'bytes': learn_bytes(cases['texts']), 'golden': golden}
    OUT.write_text(json.dumps(fixture, ensure_ascii=False) + '\n')
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    golden['sentencepiece'] = [written(processor.encode(text)) for text in cases['texts']]
    for name, definition in asked('definitions').items():
        reference = tokenizers.Tokenizer.from_str(json.dumps(complete(definition)))
        texts = cases['texts'] + (cases['marked'] if name in ('prepend', 'metaspace', 'stripping') else [])
        golden[name] = [written(reference.encode(text, add_special_tokens=False).ids) for text in texts]
    OUT.write_text(json.dumps(fixture, ensure_ascii=False) + '\n')
    print(f'{OUT}: {OUT.stat().st_size} bytes')


def complete(definition):
    """The reference wants every member, and pairs where a file may have a string."""
    decoder = definition['decoder']
    if decoder == {'type': 'ByteLevel'}:
        decoder = {**decoder, 'add_prefix_space': False, 'trim_offsets': False, 'use_regex': False}
    merges = [m.split(' ') if isinstance(m, str) else m for m in definition['model']['merges']]
    model = {**definition['model'], 'merges': merges}
    return {'version': '1.0', **definition, 'decoder': decoder, 'post_processor': None, 'model': model}


if __name__ == '__main__':
    main()
