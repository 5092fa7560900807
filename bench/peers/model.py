"""Qwen2 with random weights in PyTorch, one decode step or one prefill, and the key-value caches of each mode.

naive      every candidate has its own copy of the prefix in one cache [N, K, P + own, d]
hydragen   the prefix lies once, [1, K, P, d], and the N*g query rows of each key-value head meet it as one matrix; the
           own tokens [N, K, own, d] are attended apart; the two are merged by their log-sum-exp (arXiv 2402.05099)
none       the softmax attention is left out, everything else stays: what no attention kernel can beat
prefill    N prompts of P tokens, causal, the logits of the last token
"""

import torch
import torch.nn.functional as F

from attention import BACKENDS
from shapes import ROPE_BASE


def random_weights(shape, device, dtype, deviation=0.02):
    def matrix(*size):
        return torch.empty(size, device=device, dtype=dtype).normal_(0, deviation)

    def layer():
        return {
            'attention_norm': 1 + matrix(shape.D), 'mlp_norm': 1 + matrix(shape.D),
            'qkv': matrix(shape.qkv, shape.D), 'qkv_bias': matrix(shape.qkv),
            'out': matrix(shape.D, shape.H * shape.d),
            'gate_up': matrix(2 * shape.F, shape.D), 'down': matrix(shape.D, shape.F),
        }

    weights = {'embedding': matrix(shape.V, shape.D), 'norm': 1 + matrix(shape.D),
               'layers': [layer() for _ in range(shape.L)]}
    weights['head'] = weights['embedding'] if shape.tied else matrix(shape.V, shape.D)
    return weights


def angles(shape, positions, device):
    """Cosines and sines of RoPE, each [positions, d/2] f32."""
    half = shape.d // 2
    frequency = ROPE_BASE ** (-torch.arange(half, device=device, dtype=torch.float64) / half)
    turn = torch.arange(positions, device=device, dtype=torch.float64)[:, None] * frequency
    return turn.cos().float(), turn.sin().float()


def cache_bytes(shape, mode, N, P, own):
    """What the caches of a row take, in bytes of a 2-byte type."""
    tokens = {'naive': N * (P + own), 'hydragen': P + N * own, 'none': N, 'prefill': N * P}[mode]
    return tokens * shape.L * 2 * shape.K * shape.d * 2


class Step:
    """One row's tensors and its step; drop it to free them. `choices` names the attention back end of each part."""

    def __init__(self, shape, weights, operations, mode, N, P, own, choices, sampling='argmax'):
        table = weights['embedding']
        make = {'device': table.device, 'dtype': table.dtype}
        self.shape, self.weights, self.operations, self.mode = shape, weights, operations, mode
        self.N, self.P, self.choices, self.sampling = N, P, choices, sampling
        self.T = P if mode == 'prefill' else 1
        rows = N * self.T
        # The new token takes the last slot of its own tokens.
        self.own = 1 if mode == 'none' else own
        length = P if mode == 'prefill' else self.own + (P if mode == 'naive' else 0)
        self.first = length - self.T

        def cache(sequences, tokens):
            return [torch.empty(2, sequences, shape.K, tokens, shape.d, **make).normal_() for _ in range(shape.L)]

        self.caches = cache(N, length)
        self.shared = cache(1, P) if mode == 'hydragen' else None
        self.tokens = torch.randint(shape.V, (rows,), device=table.device)
        self.positions = torch.full((rows,), P + own - 1, device=table.device, dtype=torch.int32)
        if mode == 'prefill':
            self.positions = torch.arange(P, device=table.device, dtype=torch.int32).repeat(N)
        self.angles = angles(shape, P + own, table.device)
        # Queries by key-value head first, where all rows of a head are one matrix against the prefix.
        if mode == 'hydragen':
            self.by_head = torch.empty(shape.K, N, shape.g, shape.d, **make)
            self.q = self.by_head.transpose(0, 1)
        else:
            self.q = torch.empty(rows, shape.K, shape.g, shape.d, **make)
        self.attended = torch.empty(rows, shape.H * shape.d, **make)

    def attention(self, layer):
        """Over the caches of `layer` with the queries in self.q: [rows, H*d]."""
        shape, N = self.shape, self.N
        keys, values = self.caches[layer]
        if self.mode == 'none':
            return self.q.view(N, -1)
        if self.mode == 'prefill':
            q = self.q.view(N, self.T, shape.H, shape.d).transpose(1, 2)
            o, _ = BACKENDS[self.choices['causal']](q, keys, values, True)
            return o.transpose(1, 2).reshape(N * self.T, -1)
        own, own_lse = BACKENDS[self.choices['own']](self.q, keys, values)
        if self.mode == 'naive':
            return own.reshape(N, -1)
        shared, shared_lse = self.prefix_attention(layer, self.choices['prefix'])
        self.operations.merge(shared, shared_lse, own, own_lse, self.attended)
        return self.attended

    def prefix_attention(self, layer, name):
        keys, values = self.shared[layer]
        return BACKENDS[name](self.by_head.view(1, self.shape.K, -1, self.shape.d), keys, values)

    def logits(self):
        """Of the last token of each sequence, [N, V]. The tokens' keys and values are written to the caches."""
        weights, operations = self.weights, self.operations
        x = F.embedding(self.tokens, weights['embedding'])
        delta = None
        for index, layer in enumerate(weights['layers']):
            h = operations.add_norm(x, delta, layer['attention_norm'])
            qkv = F.linear(h, layer['qkv'], layer['qkv_bias'])
            operations.rotate(self.shape, qkv, self.angles, self.positions, self.T, self.q, *self.caches[index],
                              self.first)
            delta = F.linear(self.attention(index), layer['out'])
            h = operations.add_norm(x, delta, layer['mlp_norm'])
            delta = F.linear(operations.gate(F.linear(h, layer['gate_up'])), layer['down'])
        if self.T > 1:
            x, delta = (part.view(self.N, self.T, -1)[:, -1].contiguous() for part in (x, delta))
        return F.linear(operations.add_norm(x, delta, weights['norm']), weights['head'])

    def run(self):
        """The step with its choice of the next tokens, which a decode step feeds to the next one."""
        logits = self.logits()
        if self.sampling == 'gumbel':
            logits = logits.float()
            # -log of an exponential variate is a Gumbel variate.
            logits -= torch.empty_like(logits).exponential_().log_()
        chosen = logits.argmax(-1)
        if self.T == 1:
            self.tokens.copy_(chosen)
        return chosen


def reference_logits(step):
    """The same step in f32 with attention written out over whole sequences: what the modes are checked against.
    Reads the caches of `step` (the part before the new tokens) and its tokens; changes nothing."""
    shape, N, T = step.shape, step.N, step.T
    group, half = shape.g, shape.d // 2
    x = step.weights['embedding'][step.tokens].float()

    def norm(value, weight):
        return F.rms_norm(value, value.shape[-1:], eps=1e-6) * weight.float()

    def turn(heads):
        cosine, sine = (table[step.positions.long()][:, None] for table in step.angles)
        a, b = heads[..., :half], heads[..., half:]
        return torch.cat((a * cosine - b * sine, b * cosine + a * sine), -1)

    for index, layer in enumerate(step.weights['layers']):
        qkv = F.linear(norm(x, layer['attention_norm']), layer['qkv'].float(), layer['qkv_bias'].float())
        heads = qkv.view(N * T, -1, shape.d)
        q = turn(heads[:, :shape.H]).view(N, T, shape.H, shape.d)
        new = (turn(heads[:, shape.H:shape.H + shape.K]), heads[:, shape.H + shape.K:])
        parts = []
        for which in range(2):
            old = step.caches[index][which][:, :, :step.first].float()
            if step.mode == 'hydragen':
                old = torch.cat((step.shared[index][which].float().expand(N, -1, -1, -1), old), 2)
            whole = torch.cat((old, new[which].view(N, T, shape.K, shape.d).transpose(1, 2)), 2)
            parts.append(whole.repeat_interleave(group, 1))
        scores = torch.einsum('nthd,nhsd->nhts', q, parts[0]) / shape.d ** 0.5
        hidden = torch.ones(T, scores.shape[-1], dtype=torch.bool, device=x.device).triu(scores.shape[-1] - T + 1)
        weights = scores.masked_fill(hidden, float('-inf')).softmax(-1)
        attended = torch.einsum('nhts,nhsd->nthd', weights, parts[1]).reshape(N * T, -1)
        x = x + F.linear(attended, layer['out'].float())
        gates, ups = F.linear(norm(x, layer['mlp_norm']), layer['gate_up'].float()).chunk(2, -1)
        x = x + F.linear(F.silu(gates) * ups, layer['down'].float())
    last = norm(x.view(N, T, -1)[:, -1], step.weights['norm'])
    return F.linear(last, step.weights['head'].float())
