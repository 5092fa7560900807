#!/usr/bin/env python3
"""What this card can do at most: copying and reading large tensors, and cuBLAS on the matrices of a decode step.

    python3 bench/peers/roofline.py --limit 60

Every matrix product C[M, out] = A[M, in] B[out, in]^T goes round enough copies of B that none is found in the cache
from the call before, as the layers of a model would; its share of the weights' bytes is given too. One JSON object on
standard output, notes on standard error. --device cpu --small 1 tries the code on a processor.
"""

import argparse

import torch

import fused
from report import SAMPLES, Report, TimeUp, figure, note, steady
from shapes import SHAPES
from torch_decode import SAMPLE_MS, Clock

# Far beyond the 50 to 60 MB of cache of the cards in question.
ROUND_BYTES = 512 * 2**20
SQUARE = 8192


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--shape', choices=SHAPES, default='1.5b')
    parser.add_argument('--type', choices=['f16', 'bf16'], default='f16')
    parser.add_argument('--limit', type=float, default=60, help='seconds for everything (60)')
    parser.add_argument('--out', help='a file that gets the result after every row')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--small', type=int, default=0, help='1: tiny sizes, to try the code')
    return parser.parse_args()


def timed(report, clock, run, calls):
    """Samples of milliseconds a call; run() makes `calls` of them. On a GPU it is replayed as one graph."""
    run()
    if clock.gpu:
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            run()
        run = graph.replay
    once = clock(run, 1)
    repeats = max(1, round(SAMPLE_MS / max(once, 0.01)))
    steady(lambda: clock(run, 2 * repeats) / calls, report.left)
    return [clock(run, repeats) / calls for _ in range(SAMPLES)]


def bandwidth(report, clock, device, size):
    """Copying counts bytes read and written; reading counts bytes read."""
    source = torch.empty(size // 4, device=device, dtype=torch.float32).normal_()
    target = torch.empty_like(source)
    block = 8192
    sums = torch.empty(source.numel() // block, device=device)
    ways = {
        'copy': (2 * size, lambda: target.copy_(source)),
        'read, sum': (size, lambda: source.sum()),
        'read, largest': (size, lambda: source.amax()),
        'read, sum of each row': (size, lambda: torch.sum(source.view(-1, block), -1, out=sums)),
        'read, dot product': (2 * size, lambda: torch.dot(source, target)),
    }
    if fused.available(device):
        ways['read, sum of each row in Triton'] = (size, lambda: fused.block_sums(source, sums, block))
    for name, (moved, run) in ways.items():
        try:
            samples = timed(report, clock, run, 1)
        except RuntimeError as problem:
            report.failed({'what': name}, str(problem)[:500])
            continue
        best = figure([moved / sample / 1e9 for sample in samples])
        note(f'{name}: {best["median"]:.2f} TB/s')
        report.row({'what': name, 'bytes': moved}, figures={'terabytesPerSecond': best, 'callMs': figure(samples)})


def product(report, clock, device, dtype, name, M, rows, columns):
    copies = max(1, min(64, -(-ROUND_BYTES // (rows * columns * 2))))
    if device.type == 'cpu':
        copies = 2
    # Values as in a trained model; a card runs faster on zeros than on data.
    b = torch.empty(copies, rows, columns, device=device, dtype=dtype).normal_(0, 0.02)
    a = torch.randn(M, columns, device=device, dtype=dtype)
    out = torch.empty(M, rows, device=device, dtype=dtype)

    def run():
        for copy in range(copies):
            torch.mm(a, b[copy].t(), out=out)

    samples = timed(report, clock, run, copies)
    operations = 2 * M * rows * columns
    rates = figure([operations / sample / 1e9 for sample in samples])
    bytes_read = figure([rows * columns * 2 / sample / 1e9 for sample in samples])
    note(f'{name} M={M} out={rows} in={columns}: {rates["median"]:.0f} TFLOP/s, '
         f'{bytes_read["median"]:.2f} TB/s of weights')
    report.row({'what': 'matrix product', 'name': name, 'M': M, 'out': rows, 'in': columns},
               figures={'teraflops': rates, 'weightTerabytesPerSecond': bytes_read, 'callMs': figure(samples)})


def main():
    given = options()
    device = torch.device(given.device)
    shape = SHAPES[given.shape]
    dtype = {'f16': torch.float16, 'bf16': torch.bfloat16}[given.type]
    report = Report('roofline', given.limit, given.out, {**vars(given), **shape.facts()})
    report.result['versions'] = {'torch': torch.__version__, 'cuda': torch.version.cuda}
    clock = Clock(device)
    products = {'qkv': (shape.qkv, shape.D), 'out': (shape.D, shape.H * shape.d), 'gate and up': (2 * shape.F, shape.D),
                'down': (shape.D, shape.F), 'head': (shape.V, shape.D)}
    rows = [{'what': 'bandwidth'}, {'name': 'square', 'M': 256 if given.small else SQUARE}]
    rows += [{'name': name, 'M': M} for M in ((8, 16) if given.small else (256, 1024, 32, 4096)) for name in products]

    def one(row):
        try:
            if 'M' not in row:
                bandwidth(report, clock, device, 2**20 if given.small else 2**32)
            else:
                sides = products.get(row['name'], (row['M'], row['M']))
                product(report, clock, device, dtype, row['name'], row['M'], *sides)
        except RuntimeError as problem:
            report.failed(row, str(problem)[:500])
        if clock.gpu:
            torch.cuda.empty_cache()

    try:
        with torch.inference_mode():
            report.run_rows(rows, one)
    except TimeUp:
        report.result['leftOut'] = rows
    report.print()


if __name__ == '__main__':
    main()
