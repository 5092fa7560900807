#!/usr/bin/env python3
"""llama.cpp as a peer: N sequences below one prefix of P tokens, and prefills.

    python3 bench/peers/llama_decode.py --library FOLDER --model FILE.gguf --rows unified:256:4096,prefill:1:4096

A row is mode:N:P:
    unified, split            all sequences in one KV buffer, or one stream for each; the logits come back to the host
    unified-card, split-card  the token is chosen by llama.cpp's own greedy sampler on the card, only it comes back
    prefill                   one prompt of P tokens, the logits of the last
The prefix is read once and given to the others with llama_memory_seq_cp; each sequence then has its own tokens (64,
the new one counted). A step decodes one token of every sequence, is waited for, and is taken back, so that all steps
are alike. Flash attention on, every layer offloaded. One JSON object on standard output, notes on standard error.
"""

import argparse
import ctypes
import os
import random
import time

from llama_library import FLASH_ATTENTION_ON, Batch, Library, SamplerChainParameters, SequenceSampler
from report import SAMPLES, Report, TimeUp, note, parse_rows, steady

READING_MS = 150
SAMPLE_MS = 25
# LLAMA_MAX_SEQ.
MOST_SEQUENCES = 256


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--library', required=True, help='the folder of libllama and the ggml libraries')
    parser.add_argument('--model', required=True)
    parser.add_argument('--rows', default='unified:32:1024,split:32:1024,prefill:1:1024', metavar='MODE:N:P,...')
    parser.add_argument('--own', type=int, default=64, help='own tokens of each sequence, the new one counted (64)')
    parser.add_argument('--ubatch', type=int, default=2048, help='tokens of one pass of a prefill (2048)')
    parser.add_argument('--limit', type=float, default=180, help='seconds for everything (180)')
    parser.add_argument('--out', help='a file that gets the result after every row')
    parser.add_argument('--need-gpu', type=int, default=0, help='1: measure nothing if llama.cpp finds no GPU')
    return parser.parse_args()


class Tokens:
    """A batch and the arrays it points to. One sequence for each token."""

    def __init__(self, tokens, positions, sequences, wanted):
        count = len(tokens)
        numbers = ctypes.c_int32 * count
        self.token, self.position, self.one = numbers(*tokens), numbers(*positions), numbers(*[1] * count)
        self.ids = numbers(*sequences)
        address, width = ctypes.addressof(self.ids), ctypes.sizeof(ctypes.c_int32)
        pointer = ctypes.POINTER(ctypes.c_int32)
        self.sequence = (pointer * count)(*(ctypes.cast(address + index * width, pointer) for index in range(count)))
        self.wanted = (ctypes.c_int8 * count)(*wanted)
        self.batch = Batch(count, self.token, None, self.position, self.one, self.sequence, self.wanted)


class Context:
    """A llama.cpp context for one row; close() frees it."""

    def __init__(self, llama, model, vocabulary, row, given):
        self.llama, self.row, self.own = llama, row, given.own
        self.mode, _, chooser = row['mode'].partition('-')
        self.on_card = chooser == 'card'
        N, P, prefill = row['N'], row['P'], self.mode == 'prefill'
        self.vocabulary = vocabulary
        parameters = llama.llama_context_default_params()
        # One more than needed for the step that applies the copies of a split cache; 256 is the library's own step.
        each = -(-(P + given.own + 1) // 256) * 256
        together = -(-(P + N * (given.own + 1)) // 256) * 256
        parameters.n_ctx = each * N if self.mode == 'split' else each if prefill else together
        parameters.n_seq_max = N
        self.batch_tokens = max(given.ubatch, N)
        parameters.n_batch = parameters.n_ubatch = self.batch_tokens
        # Without this the library keeps room for the logits of every token of a batch.
        parameters.n_outputs_max = N
        parameters.flash_attn_type = FLASH_ATTENTION_ON
        parameters.kv_unified = self.mode == 'unified'
        parameters.n_threads = parameters.n_threads_batch = min(8, os.cpu_count() or 1)
        parameters.no_perf = True
        self.samplers = []
        if self.on_card:
            for _ in range(N):
                chain = llama.llama_sampler_chain_init(SamplerChainParameters(True))
                llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_greedy())
                self.samplers.append(chain)
            self.configured = (SequenceSampler * N)(*enumerate(self.samplers))
            parameters.samplers, parameters.n_samplers = self.configured, N
        self.pointer = llama.llama_init_from_model(model, parameters)
        if not self.pointer:
            self.close()
            raise RuntimeError('no context: ' + '; '.join(llama.said[-4:]))
        self.memory = llama.llama_get_memory(self.pointer)

    def close(self):
        if self.pointer:
            self.llama.llama_free(self.pointer)
        for sampler in self.samplers:
            self.llama.llama_sampler_free(sampler)

    def random_tokens(self, positions, sequences, wanted):
        tokens = [random.randrange(self.vocabulary) for _ in positions]
        return Tokens(tokens, positions, sequences, wanted)

    def decode(self, tokens):
        code = self.llama.llama_decode(self.pointer, tokens.batch)
        if code != 0:
            raise RuntimeError(f'llama_decode: {code}: ' + '; '.join(self.llama.said[-3:]))

    def prompt(self):
        """The prefix in batches; only its last token's logits are wanted."""
        P = self.row['P']
        return [self.random_tokens(range(first, min(P, first + self.batch_tokens)),
                                   [0] * min(self.batch_tokens, P - first),
                                   [index == P - 1 for index in range(first, min(P, first + self.batch_tokens))])
                for first in range(0, P, self.batch_tokens)]

    def read_prompt(self, batches):
        self.llama.llama_memory_clear(self.memory, False)
        for batch in batches:
            self.decode(batch)
        self.llama.llama_synchronize(self.pointer)

    def branch(self):
        """All sequences below the prefix, each with its own tokens but the last."""
        N, P, llama = self.row['N'], self.row['P'], self.llama
        self.read_prompt(self.prompt())
        for sequence in range(1, N):
            llama.llama_memory_seq_cp(self.memory, 0, sequence, -1, -1)
        if self.mode == 'split':
            # Copies between streams happen with the next decode, which belongs to no sequence's own tokens.
            self.decode(self.random_tokens([P], [0], [True]))
            llama.llama_synchronize(self.pointer)
            llama.llama_memory_seq_rm(self.memory, 0, P, -1)
        steps = max(1, self.batch_tokens // N)
        for first in range(0, self.own - 1, steps):
            places = range(first, min(self.own - 1, first + steps))
            positions = [P + place for _ in range(N) for place in places]
            sequences = [sequence for sequence in range(N) for _ in places]
            self.decode(self.random_tokens(positions, sequences, [0] * len(positions)))
        llama.llama_synchronize(self.pointer)

    def step(self, tokens):
        """Milliseconds of one decode step of all sequences; the cache is as before afterwards."""
        last = self.row['P'] + self.own - 1
        start = time.perf_counter()
        self.decode(tokens)
        self.llama.llama_synchronize(self.pointer)
        taken = (time.perf_counter() - start) * 1000
        for sequence in range(self.row['N']):
            if not self.llama.llama_memory_seq_rm(self.memory, sequence, last, -1):
                raise RuntimeError('a token could not be taken back')
        return taken

    def outcome_is_sound(self):
        """That the last step really chose tokens, or left finite logits that are not all the same."""
        for index in (0, self.row['N'] - 1):
            if self.on_card:
                if not 0 <= self.llama.llama_get_sampled_token_ith(self.pointer, index) < self.vocabulary:
                    return False
            else:
                logits = self.llama.llama_get_logits_ith(self.pointer, index)
                values = logits[:self.vocabulary] if logits else [float('nan')]
                if not max(values) - min(values) > 1e-6 or not all(abs(value) < 1e30 for value in values[:1000]):
                    return False
        return True


def alone_matches(report, llama, model, vocabulary, given):
    """The logits of one sequence among four below a shared prefix are those of the same tokens read in one go."""
    row = {'mode': 'unified', 'N': 4, 'P': 100}
    context = Context(llama, model, vocabulary, row, given)
    try:
        prompt = [random.randrange(vocabulary) for _ in range(100)]
        ends = [random.randrange(vocabulary) for _ in range(4)]
        wanted = [0] * 99 + [1]
        context.decode(Tokens(prompt, range(100), [0] * 100, wanted))
        for sequence in range(1, 4):
            llama.llama_memory_seq_cp(context.memory, 0, sequence, -1, -1)
        context.decode(Tokens(ends, [100] * 4, range(4), [1] * 4))
        shared = llama.llama_get_logits_ith(context.pointer, 2)[:vocabulary]
        llama.llama_memory_clear(context.memory, True)
        context.decode(Tokens([*prompt, ends[2]], range(101), [0] * 101, [0] + wanted))
        alone = llama.llama_get_logits_ith(context.pointer, 100)[:vocabulary]
    finally:
        context.close()
    difference = sum((a - b) ** 2 for a, b in zip(shared, alone, strict=True)) ** 0.5
    return report.check('logits below a shared prefix against one sequence alone',
                        difference / sum(b * b for b in alone) ** 0.5, 5e-2)


def measure(report, llama, model, vocabulary, row, given):
    of = {'model': os.path.basename(given.model), **row}
    if row['N'] > MOST_SEQUENCES:
        report.failed(of, f'at most {MOST_SEQUENCES} sequences')
        return
    context = Context(llama, model, vocabulary, row, given)
    try:
        if context.mode == 'prefill':
            batches, tokens = context.prompt(), row['P']
            one = lambda: clocked(lambda: context.read_prompt(batches))  # noqa: E731
        else:
            of['own'] = given.own
            context.branch()
            positions = [row['P'] + given.own - 1] * row['N']
            step = context.random_tokens(positions, range(row['N']), [1] * row['N'])
            one, tokens = lambda: context.step(step), row['N']
        once = min(one(), one())
        count = max(2, round(READING_MS / once))
        readings = steady(lambda: sum(one() for _ in range(count)) / count, report.left)
        count = max(1, round(SAMPLE_MS / once))
        samples = [sum(one() for _ in range(count)) / count for _ in range(SAMPLES)]
        sound = context.mode == 'prefill' or context.outcome_is_sound()
        report.measured(of, samples, tokens, stepsPerSample=count, warmMs=readings, sound=sound)
    finally:
        context.close()


def clocked(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def main():
    given = options()
    rows = parse_rows(given.rows, ['mode', 'N', 'P'])
    report = Report('llama-decode', given.limit, given.out, vars(given))
    llama = Library(given.library, note)
    report.result['versions'] = {'llama.cpp': llama.path.name}
    report.result['machine']['devices'] = llama.devices
    note(f'devices: {llama.devices}')
    if given.need_gpu and all(name.startswith('CPU') for name in llama.devices):
        report.note('llama.cpp found no GPU: ' + '; '.join(llama.said[-6:]))
        report.print()
        return
    try:
        model = llama.llama_model_load_from_file(given.model.encode(), llama.llama_model_default_params())
        if not model:
            raise SystemExit('no model: ' + '; '.join(llama.said[-4:]))
        vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(model))
        offloaded = [line for line in llama.said if 'offloaded' in line or 'matrix cores' in line]
        report.result['settings'] |= {'vocabulary': vocabulary, 'offloaded': offloaded}
        note(f'loaded after {given.limit - report.left():.0f} s: {"; ".join(offloaded)}')
        alone_matches(report, llama, model, vocabulary, given)

        def one(row):
            try:
                measure(report, llama, model, vocabulary, row, given)
            except RuntimeError as problem:
                report.failed(row, str(problem)[:500])

        report.run_rows(rows, one)
        llama.llama_model_free(model)
    except TimeUp:
        note('the time is up')
        report.result['leftOut'] = rows
    report.print()


if __name__ == '__main__':
    main()
