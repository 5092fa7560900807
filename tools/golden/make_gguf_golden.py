#!/usr/bin/env python3
"""Writes test/fixtures/gguf.json: what llama.cpp makes of blocks of each type, and of small random models.

    node tools/golden/gguf-cases.ts FOLDER
    python3 tools/golden/make_gguf_golden.py --library LIBRARIES FOLDER

LIBRARIES: the folder of libllama and the ggml libraries of the npm package @node-llama-cpp/linux-x64 3.22.1. FOLDER gets the
models and blocks that the tests make from the same seeds.
"""

import argparse
import base64
import ctypes
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'bench' / 'peers'))

from llama_decode import Tokens  # noqa: E402
from llama_library import Library  # noqa: E402


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


def logits(llama, path, prompt, wanted, vocabulary):
    """Logits [wanted, vocabulary] after these positions of the prompt."""
    parameters = llama.llama_model_default_params()
    parameters.n_gpu_layers = 0
    # Repacked weights are multiplied in other ways.
    parameters.use_extra_bufts = False
    model = llama.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise SystemExit(f'{path}: ' + '\n'.join(llama.said[-8:]))
    settings = llama.llama_context_default_params()
    settings.n_ctx, settings.n_threads, settings.n_threads_batch = 512, 1, 1
    settings.type_k = settings.type_v = 0
    settings.flash_attn_type = 0
    context = llama.llama_init_from_model(model, settings)
    count = len(prompt)
    batch = Tokens(prompt, range(count), [0] * count, [1 if i in wanted else 0 for i in range(count)])
    if llama.llama_decode(context, batch.batch) != 0:
        raise SystemExit(f'{path}: llama_decode failed')
    rows = []
    for position in wanted:
        pointer = llama.llama_get_logits_ith(context, position)
        rows.append([round(pointer[i], 5) for i in range(vocabulary)])
    llama.llama_free(context)
    llama.llama_model_free(model)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--library', required=True)
    parser.add_argument('folder', type=Path)
    given = parser.parse_args()
    llama = Library(given.library, lambda line: print(line, file=sys.stderr))
    cases = json.loads((given.folder / 'cases.json').read_text())
    golden = {'blocks': blocks(given.folder, given.library), 'models': {}}
    for name in cases['models']:
        golden['models'][name] = logits(llama, given.folder / f'{name}.gguf', cases['prompt'], cases['wanted'],
                                        cases['vocabulary'])
    out = ROOT / 'test' / 'fixtures' / 'gguf.json'
    out.write_text(json.dumps(golden) + '\n')
    print(f'{out}: {out.stat().st_size} bytes', file=sys.stderr)


if __name__ == '__main__':
    main()
