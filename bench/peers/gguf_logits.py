#!/usr/bin/env python3
"""What llama.cpp makes of Sprout in one type of GGUF files; bench/gguf.ts runs it.

    python3 bench/peers/gguf_logits.py --library LIBRARIES --type Q4_K FOLDER

FOLDER has F32.gguf and asked.json: {"sequences": [{"tokens", "wanted"}], "texts"}. It gets TYPE.gguf, made by llama.cpp's
quantiser, and logits of the wanted positions, f32 [positions, V], from four ways of running it:
    TYPE.default   as llama.cpp has it: flash attention, keys and values f16, weights repacked for the processor
    TYPE.exact     keys and values f32, no flash attention, weights as they are stored
    TYPE.decoded   the same with the blocks decoded to f32 before, so that activations stay f32 too
    TYPE.rounded   the same with what was decoded rounded to f16, as Coppice has it on the GPU
F32 also writes tokens.json: the ids of each text, special tokens recognised.
"""

import argparse
import array
import json
import sys
from pathlib import Path

from llama_library import Library
from llama_model import FILE_TYPES, Model, quantize


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--library', required=True)
    parser.add_argument('--type', required=True, choices=FILE_TYPES)
    parser.add_argument('folder', type=Path)
    given = parser.parse_args()
    llama = Library(given.library, lambda line: print(line, file=sys.stderr))
    asked = json.loads((given.folder / 'asked.json').read_text())
    plain = given.folder / 'F32.gguf'
    path = given.folder / f'{given.type}.gguf'
    decoded, halves, rounded = (given.folder / f'{name}.gguf' for name in ('decoded', 'halves', 'rounded'))
    if path != plain:
        quantize(llama, plain, path, given.type)
    quantize(llama, path, decoded, 'F32')
    quantize(llama, decoded, halves, 'F16')
    quantize(llama, halves, rounded, 'F32')
    ways = {'default': path, 'exact': path, 'decoded': decoded, 'rounded': rounded}
    for way, file in ways.items():
        with Model(llama, file, exact=way != 'default') as model:
            rows = [row for one in asked['sequences'] for row in model.logits(one['tokens'], one['wanted'])]
            floats = array.array('f', (value for row in rows for value in row))
            (given.folder / f'{given.type}.{way}').write_bytes(floats.tobytes())
            if way == 'default' and path == plain:
                (given.folder / 'tokens.json').write_text(json.dumps([model.tokens(text) for text in asked['texts']]))


if __name__ == '__main__':
    main()
