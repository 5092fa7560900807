#!/usr/bin/env python3
"""Writes a Qwen2 model with random weights as GGUF version 3, for llama.cpp: f16, Q8_0 or Q4_0.

    python3 bench/peers/random_gguf.py --shape 1.5b --type f16 OUT.gguf

The matrices repeat one drawn stretch of values, each from another place: drawing 1.5 billion would take longer than the
measurement. There is no vocabulary ("no_vocab"): tokens are numbers. All matrices have the one type, where llama.cpp's
own Q4_0 files keep the output head at 6 bits.
"""

import argparse
import struct
import sys
import time

import numpy as np

from shapes import NORM_EPSILON, ROPE_BASE, SHAPES

ALIGNMENT = 32
DEVIATION = 0.02
# Values drawn; odd steps through them keep the matrices apart.
POOL_VALUES = 2**24
# What the format calls its types: of metadata, of tensors, and the file's own (general.file_type).
UINT32, FLOAT32, STRING = 4, 6, 8
TENSOR_TYPES = {'f32': 0, 'f16': 1, 'q4_0': 2, 'q8_0': 8}
FILE_TYPES = {'f16': 1, 'q4_0': 2, 'q8_0': 7}
# Values and bytes of a block.
BLOCKS = {'f32': (1, 4), 'f16': (1, 2), 'q4_0': (32, 18), 'q8_0': (32, 34)}


def pool(kind, rng, count=POOL_VALUES):
    """Random blocks of a type with values of about DEVIATION, [blocks, bytes of a block] u8."""
    if kind == 'f16':
        return rng.normal(0, DEVIATION, count).astype('<f2').view(np.uint8).reshape(-1, 2)
    blocks = count // 32
    low, high = {'q4_0': (0, 16), 'q8_0': (-127, 128)}[kind]
    # A uniform whole number in a range of n has the deviation n / sqrt(12).
    scale = DEVIATION * 12**0.5 / (high - low)
    scales = (scale * rng.uniform(0.5, 1.5, (blocks, 1))).astype('<f2').view(np.uint8)
    if kind == 'q4_0':  # two values in a byte, each less 8
        whole = rng.integers(0, 256, (blocks, 16), dtype=np.uint8)
    else:
        whole = rng.integers(low, high, (blocks, 32), dtype=np.int8).view(np.uint8)
    return np.concatenate((scales, whole), 1)


def text(value):
    raw = value.encode()
    return struct.pack('<Q', len(raw)) + raw


def metadata(shape, kind):
    entries = [
        ('general.architecture', STRING, 'qwen2'),
        ('general.name', STRING, 'random weights'),
        ('general.file_type', UINT32, FILE_TYPES[kind]),
        ('general.alignment', UINT32, ALIGNMENT),
        ('qwen2.block_count', UINT32, shape.L),
        ('qwen2.context_length', UINT32, 32768),
        ('qwen2.embedding_length', UINT32, shape.D),
        ('qwen2.feed_forward_length', UINT32, shape.F),
        ('qwen2.attention.head_count', UINT32, shape.H),
        ('qwen2.attention.head_count_kv', UINT32, shape.K),
        ('qwen2.rope.freq_base', FLOAT32, ROPE_BASE),
        ('qwen2.attention.layer_norm_rms_epsilon', FLOAT32, NORM_EPSILON),
        ('qwen2.vocab_size', UINT32, shape.V),
        ('tokenizer.ggml.model', STRING, 'no_vocab'),
    ]
    pack = {UINT32: lambda value: struct.pack('<I', value), FLOAT32: lambda value: struct.pack('<f', value),
            STRING: text}
    return len(entries), b''.join(text(key) + struct.pack('<I', code) + pack[code](value)
                                  for key, code, value in entries)


def tensors(shape, kind):
    """Name, rows, columns and type of each; a vector has no rows."""
    yield 'token_embd.weight', shape.V, shape.D, kind
    for layer in range(shape.L):
        prefix = f'blk.{layer}.'
        width = {'q': shape.H * shape.d, 'k': shape.K * shape.d, 'v': shape.K * shape.d}
        yield prefix + 'attn_norm.weight', None, shape.D, 'f32'
        for name, rows in width.items():
            yield f'{prefix}attn_{name}.weight', rows, shape.D, kind
            yield f'{prefix}attn_{name}.bias', None, rows, 'f32'
        yield prefix + 'attn_output.weight', shape.D, shape.H * shape.d, kind
        yield prefix + 'ffn_norm.weight', None, shape.D, 'f32'
        yield prefix + 'ffn_gate.weight', shape.F, shape.D, kind
        yield prefix + 'ffn_up.weight', shape.F, shape.D, kind
        yield prefix + 'ffn_down.weight', shape.D, shape.F, kind
    yield 'output_norm.weight', None, shape.D, 'f32'
    if not shape.tied:
        yield 'output.weight', shape.V, shape.D, kind


def write(path, shape, kind, seed):
    rng = np.random.default_rng(seed)
    blocks = pool(kind, rng)
    described, offset = [], 0
    for name, rows, columns, type_name in tensors(shape, kind):
        values, size = BLOCKS[type_name]
        count = (rows or 1) * columns // values
        described.append((name, rows, columns, type_name, offset, count))
        offset += -(-count * size // ALIGNMENT) * ALIGNMENT
    entries, packed = metadata(shape, kind)
    head = b'GGUF' + struct.pack('<IQQ', 3, len(described), entries) + packed
    for name, rows, columns, type_name, at, _ in described:
        sides = [columns] if rows is None else [columns, rows]  # the innermost first
        head += text(name) + struct.pack(f'<I{len(sides)}QIQ', len(sides), *sides, TENSOR_TYPES[type_name], at)
    with open(path, 'wb') as file:
        file.write(head)
        for name, _, columns, type_name, at, count in described:
            start = -(-len(head) // ALIGNMENT) * ALIGNMENT + at
            file.write(b'\0' * (start - file.tell()))
            if type_name == 'f32':
                centre = 1.0 if 'norm' in name else 0.0
                file.write(rng.normal(centre, DEVIATION, columns).astype('<f4').tobytes())
                continue
            first = int(rng.integers(len(blocks)))
            while count > 0:
                part = blocks[first:first + count]
                file.write(part)
                count -= len(part)
                first = 0
        # The reader expects the padding of the last tensor too.
        file.write(b'\0' * (-file.tell() % ALIGNMENT))
        return file.tell()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('path')
    parser.add_argument('--shape', choices=SHAPES, default='1.5b')
    parser.add_argument('--type', choices=FILE_TYPES, default='f16')
    parser.add_argument('--seed', type=int, default=None)
    given = parser.parse_args()
    started = time.monotonic()
    size = write(given.path, SHAPES[given.shape], given.type, given.seed)
    print(f'{given.path}: {size / 1e9:.2f} GB in {time.monotonic() - started:.1f} s', file=sys.stderr)


if __name__ == '__main__':
    main()
