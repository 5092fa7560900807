#!/usr/bin/env python3
"""Writes test/fixtures/gguf.json: what llama.cpp makes of blocks of each type, of small random models, and of Sprout.

    node tools/golden/gguf-cases.ts FOLDER
    python3 tools/golden/make_gguf_golden.py --library LIBRARIES FOLDER

LIBRARIES: the folder of libllama and the ggml libraries of the npm package @node-llama-cpp/linux-x64 3.22.1. FOLDER gets the
models and blocks that the tests make from the same seeds.
"""

import argparse
import base64
import ctypes
import json
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'bench' / 'peers'))

from llama_library import Library  # noqa: E402
from llama_model import Model, quantize  # noqa: E402


def blocks(folder, library):
    """Each type's blocks, decoded: little-endian f32 in base64."""
    base = ctypes.CDLL(str(Path(library) / 'libggml-base.so'))
    found = {}
    for file in sorted(folder.glob('*.blocks')):
        name = file.stem
        raw = file.read_bytes()
        count = int((folder / f'{name}.count').read_text())
        function = getattr(base, f'dequantize_row_{name.lower().replace("_k", "_K")}')
        function.restype, function.argtypes = None, [ctypes.c_char_p, ctypes.POINTER(ctypes.c_float), ctypes.c_int64]
        out = (ctypes.c_float * count)()
        function(raw, out, count)
        found[name] = base64.b64encode(bytes(out)).decode()
    return found


def sprout(folder, llama, asked):
    """The ids of a text, and after each the most likely one with its log-probability, the blocks decoded to f32 before."""
    likeliest = {}
    for kind in asked['types']:
        decoded = folder / 'decoded.gguf'
        quantize(llama, folder / f'sprout-{kind}.gguf', decoded, 'F32')
        with Model(llama, decoded, exact=True) as model:
            tokens = model.tokens(asked['text'])
            rows = [(row, max(row)) for row in model.logits(tokens, range(len(tokens)))]
        likeliest[kind] = [[row.index(top), round(-math.log(sum(math.exp(value - top) for value in row)), 5)]
                           for row, top in rows]
    return {'tokens': tokens, 'likeliest': likeliest}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--library', required=True)
    parser.add_argument('folder', type=Path)
    given = parser.parse_args()
    llama = Library(given.library, lambda line: print(line, file=sys.stderr))
    cases = json.loads((given.folder / 'cases.json').read_text())
    golden = {'blocks': blocks(given.folder, given.library), 'models': {}}
    for name in cases['models']:
        with Model(llama, given.folder / f'{name}.gguf', exact=True) as model:
            golden['models'][name] = [[round(value, 5) for value in row]
                                      for row in model.logits(cases['prompt'], cases['wanted'])]
    golden['sprout'] = sprout(given.folder, llama, cases['sprout'])
    out = ROOT / 'test' / 'fixtures' / 'gguf.json'
    out.write_text(json.dumps(golden) + '\n')
    print(f'{out}: {out.stat().st_size} bytes', file=sys.stderr)


if __name__ == '__main__':
    main()
