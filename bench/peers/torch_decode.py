#!/usr/bin/env python3
"""PyTorch as a peer: decode steps for N candidates below one prefix of P tokens, and prefills, with random weights.

    python3 bench/peers/torch_decode.py --shape 1.5b --rows hydragen:256:4096,naive:32:4096,none:256:0,prefill:1:4096

A row is mode:N:P; the modes are said in model.py. The whole step, with the choice of the next token, is one CUDA graph,
warm before it is timed. Every mode is checked against a plain f32 forward pass first, and every attention back end and
fused kernel against its formula; what fails its check is not used. One JSON object on standard output, notes on
standard error. Without a GPU it runs untimed graphs' code on the processor: --shape tiny.
"""

import argparse
import dataclasses
import gc
import time

import torch

import attention
import fused
from model import Step, cache_bytes, random_weights, reference_logits
from report import SAMPLES, Report, TimeUp, note, parse_rows, steady
from shapes import SHAPES

READING_MS = 40
SAMPLE_MS = 12
LEAST_REPLAYS = 3
# bf16 through two layers; a wrong mask, position or merge is off by tens of per cent.
LOGITS_TOLERANCE = 3e-2


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--shape', choices=SHAPES, default='1.5b')
    parser.add_argument('--rows', '--grid', default='none:32:0,naive:32:1024,hydragen:32:1024,prefill:1:1024',
                        metavar='MODE:N:P,...')
    parser.add_argument('--own', type=int, default=64, help='own tokens of each candidate, the new one counted (64)')
    parser.add_argument('--type', choices=['bf16', 'f16', 'f32'], default='bf16')
    parser.add_argument('--sampling', choices=['argmax', 'gumbel'], default='argmax')
    parser.add_argument('--limit', type=float, default=300, help='seconds for everything (300)')
    parser.add_argument('--out', help='a file that gets the result after every row')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--seed', type=int, default=None)
    return parser.parse_args()


def check_operations(report, shape, device, dtype):
    """The fused kernels if they are right here, else the plain formulas."""
    if not fused.available(device):
        return fused.Plain
    N, T, P = 5, 3, 40
    small = {'device': device, 'dtype': dtype}
    tables = torch.randn(2, P + T, shape.d // 2, device=device)
    positions = torch.randint(P, (N * T,), device=device, dtype=torch.int32)
    x, delta = torch.randn(2, N, shape.D, **small)
    weight = torch.randn(shape.D, **small)
    gate_up = torch.randn(N, 2 * shape.F, **small)
    qkv = torch.randn(N * T, shape.qkv, **small)
    o1 = torch.randn(1, N * shape.g, shape.K, shape.d, **small).transpose(1, 2)
    o2 = torch.randn(N, shape.g, shape.K, shape.d, **small).transpose(1, 2)
    lse1, lse2 = torch.randn(1, shape.K, N * shape.g, device=device), torch.randn(N, shape.K, shape.g, device=device)

    def outcomes(operations):
        total = x.clone()
        first = operations.add_norm(total.clone(), None, weight)
        normed = operations.add_norm(total, delta, weight)
        q = torch.zeros(shape.K, N * T, shape.g, shape.d, **small)
        caches = torch.zeros(2, N, shape.K, P, shape.d, **small)
        operations.rotate(shape, qkv, tables, positions, T, q.transpose(0, 1), *caches, 7)
        merged = torch.zeros(N, shape.H * shape.d, **small)
        operations.merge(o1, lse1, o2, lse2, merged)
        return {'sum': total, 'norm of the first': first, 'norm': normed, 'rotated queries': q, 'caches': caches,
                'gate': operations.gate(gate_up), 'merge': merged}

    try:
        got, wanted = outcomes(fused.Fused), outcomes(fused.Plain)
        right = [report.check(f'fused {name}', attention.distance(got[name], wanted[name]), 1e-2) for name in wanted]
    except Exception as problem:  # a compiler that is missing or refuses is no reason to measure nothing
        report.note(f'fused kernels: {type(problem).__name__}: {str(problem)[:300]}')
        right = [False]
    return fused.Fused if all(right) else fused.Plain


def check_modes(report, shape, operations, backends, device, dtype):
    """Every mode against the f32 pass, at two layers of the shape; hydragen and naive also on the same caches."""
    small = dataclasses.replace(shape, L=2, V=1000)
    weights = random_weights(small, device, dtype)
    choices = {role: names[0] for role, names in backends.items()}
    N, P, own = 19, 165, 17
    with torch.inference_mode():
        steps = {mode: Step(small, weights, operations, mode, N if mode != 'prefill' else 2, P, own, choices)
                 for mode in ('naive', 'hydragen', 'prefill')}
        for layer in range(small.L):
            shared, mine = steps['hydragen'].shared[layer], steps['hydragen'].caches[layer]
            steps['naive'].caches[layer].copy_(torch.cat((shared.expand(-1, N, -1, -1, -1), mine), 3))
        steps['naive'].tokens.copy_(steps['hydragen'].tokens)
        wanted = {mode: reference_logits(step) for mode, step in steps.items()}
        got = {mode: step.logits() for mode, step in steps.items()}
    right = {mode: report.check(f'{mode} logits against f32', attention.distance(got[mode], wanted[mode]),
                                LOGITS_TOLERANCE) for mode in steps}
    both = report.check('hydragen logits against naive', attention.distance(got['hydragen'], got['naive']),
                        LOGITS_TOLERANCE)
    return {'none': True, **right, 'hydragen': right['hydragen'] and both}


class Clock:
    """Milliseconds of `times` calls, by events on a GPU."""

    def __init__(self, device):
        self.gpu = device.type == 'cuda'

    def __call__(self, run, times):
        if not self.gpu:
            start = time.perf_counter()
            for _ in range(times):
                run()
            return (time.perf_counter() - start) * 1000 / times
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(times):
            run()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / times


def pick(step, backends, clock):
    """Names the quickest back end for each part of this row's attention, timed on its own first layers. Several layers
    in turn, so that one layer's keys and values are not found in the cache."""
    roles = {'naive': ['own'], 'hydragen': ['own', 'prefix'], 'prefill': ['causal'], 'none': []}[step.mode]
    layers = range(min(8, step.shape.L))
    found = {}
    for role in roles:
        times = {}
        for name in backends[role]:
            if role == 'prefix':
                def run(name=name):
                    for layer in layers:
                        step.prefix_attention(layer, name)
            else:
                q = step.q if role == 'own' else step.q.view(step.N, step.T, step.shape.H, -1).transpose(1, 2)

                def run(name=name, q=q, causal=role == 'causal'):
                    for layer in layers:
                        attention.BACKENDS[name](q, *step.caches[layer], causal)
            try:
                clock(run, 2)
                times[name] = clock(run, 3) / len(layers)
            except torch.cuda.OutOfMemoryError:
                raise
            except RuntimeError as problem:
                note(f'{name} for {role}: {str(problem)[:200]}')
        step.choices[role] = min(times, key=times.get) if times else 'plain'
        found[role] = {'chosen': step.choices[role], 'layerMs': times}
    return found


def capture(step):
    """The step as one graph. What compiles or allocates on a first call does so before, on a stream of its own."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(2):
            step.run()
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step.run()
    return graph


def measure(report, row, shape, weights, operations, backends, given, device):
    mode, N, P = row['mode'], row['N'], row['P']
    of = {'shape': given.shape, **row, 'own': given.own if mode in ('naive', 'hydragen') else 0}
    if device.type == 'cuda':
        free = torch.cuda.mem_get_info()[0]
        wanted = cache_bytes(shape, mode, N, P, given.own)
        if wanted > free:
            report.failed(of, f'out of memory: {wanted / 2**30:.1f} GiB of keys and values, {free / 2**30:.1f} free')
            return
    clock = Clock(device)
    step = Step(shape, weights, operations, mode, N, P, given.own, {}, given.sampling)
    step.q.normal_()
    chosen = pick(step, backends, clock)
    graph = capture(step) if device.type == 'cuda' else None
    run = graph.replay if graph else step.run
    first = clock(run, 1)
    replays = max(1, round(READING_MS / max(first, 0.05)))
    readings = steady(lambda: clock(run, replays), report.left)
    replays = max(LEAST_REPLAYS, round(SAMPLE_MS / readings[-1]))
    samples = [clock(run, replays) for _ in range(SAMPLES)]
    tokens = N * P if mode == 'prefill' else N
    report.measured(of, samples, tokens, replays=replays, warmMs=readings, attention=chosen)


def guarded(report, row, given, *rest):
    """measure(), where what can go wrong on a GPU becomes the row's answer."""
    try:
        with torch.inference_mode():
            measure(report, row, *rest[:-1], given, rest[-1])
    except torch.cuda.OutOfMemoryError:
        report.failed({'shape': given.shape, **row}, 'out of memory')
    except RuntimeError as problem:
        why = 'out of memory' if 'out of memory' in str(problem) else str(problem)[:500]
        report.failed({'shape': given.shape, **row}, why)


def main():
    given = options()
    device = torch.device(given.device)
    dtype = {'bf16': torch.bfloat16, 'f16': torch.float16, 'f32': torch.float32}[given.type]
    shape = SHAPES[given.shape]
    rows = parse_rows(given.rows, ['mode', 'N', 'P'])
    report = Report('torch-decode', given.limit, given.out, {**vars(given), **shape.facts()})
    report.result['versions'] = {
        'torch': torch.__version__, 'cuda': torch.version.cuda, 'cudnn': torch.backends.cudnn.version(),
        'triton': fused.triton.__version__ if fused.triton else None,
    }
    torch.manual_seed(given.seed if given.seed is not None else torch.seed())
    report.result['settings']['seed'] = torch.initial_seed()
    try:
        operations = check_operations(report, shape, device, dtype)
        backends = attention.usable(report, device, dtype, shape.d)
        right = check_modes(report, shape, operations, backends, device, dtype)
        report.result['settings'] |= {'elementwise': operations.__name__.lower(), 'backends': backends,
                                      'graph': device.type == 'cuda'}
        weights = random_weights(shape, device, dtype)

        def one(row):
            if row['mode'] not in right:
                raise SystemExit(f'{row["mode"]}: no such mode')
            if not right[row['mode']]:
                report.failed({'shape': given.shape, **row}, 'wrong results: see check')
                return
            guarded(report, row, given, shape, weights, operations, backends, device)
            # A graph and its tensors are freed with the last reference; the next row may need the room.
            gc.collect()
            if device.type == 'cuda':
                torch.cuda.empty_cache()

        report.run_rows(rows, one)
    except TimeUp:
        note('the time is up')
        report.result['leftOut'] = rows
    report.print()


if __name__ == '__main__':
    main()
