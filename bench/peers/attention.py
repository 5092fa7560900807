"""Attention that also returns its log-sum-exp, by what PyTorch ships: attend(q, k, v, causal) -> o, lse.

q [B, heads, rows, d], k and v [B, heads or K, keys, d] with any strides but a last one of 1; o like q, lse
[B, heads, rows] f32, natural logarithm, of q.k/sqrt(d). The operators are private to PyTorch but have kept their
arguments from 2.6 to 2.13; scaled_dot_product_attention itself returns no log-sum-exp.
"""

import torch

operators = torch.ops.aten


def plain(q, k, v, causal=False):
    repeat = q.shape[1] // k.shape[1]
    k, v = (part.float().repeat_interleave(repeat, 1) for part in (k, v))
    scores = q.float() @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if causal:
        rows, keys = scores.shape[-2:]
        later = torch.ones(rows, keys, dtype=torch.bool, device=q.device).triu(keys - rows + 1)
        scores = scores.masked_fill(later, float('-inf'))
    lse = scores.logsumexp(-1)
    return ((scores - lse[..., None]).exp() @ v).to(q.dtype), lse


def flash(q, k, v, causal=False):
    o, lse = operators._scaled_dot_product_flash_attention(q, k, v, 0.0, causal)[:2]
    return o, lse


def cudnn(q, k, v, causal=False):
    o, lse = operators._scaled_dot_product_cudnn_attention(q, k, v, None, True, 0.0, causal)[:2]
    return o, lse.reshape(q.shape[:3])


BACKENDS = {'flash': flash, 'cudnn': cudnn, 'plain': plain}


def distance(got, wanted):
    """|got - wanted| / |wanted|, in f32: not-a-number stays not-a-number."""
    return ((got.float() - wanted.float()).norm() / wanted.float().norm()).item()


def usable(report, device, dtype, d):
    """For each role, the names of the back ends that run here and are right."""
    roles = {
        # q, k and v, causal: rows that do not fill a tile, keys of a length that is no multiple of one, strided queries
        'prefix': ((1, 2, 6 * 37, d), (1, 2, 777, d), False),
        'own': ((37, 2, 6, d), (37, 2, 65, d), False),
        'causal': ((1, 12, 333, d), (1, 2, 333, d), True),
    }
    found = {}
    for role, (query, key, causal) in roles.items():
        found[role] = []
        for name in ('flash', 'cudnn') if device.type == 'cuda' else ():
            B, heads, rows, _ = query
            order = (1, 0, 2, 3) if role == 'own' else (0, 2, 1, 3)
            sides = [(B, heads, rows, d)[side] for side in order]
            q = torch.randn(sides, device=device, dtype=dtype).permute(order)
            k, v = (torch.randn(key, device=device, dtype=dtype) for _ in range(2))
            exact, exact_lse = plain(q.float(), k, v, causal)
            try:
                o, lse = BACKENDS[name](q, k, v, causal)
                error = max(distance(o, exact), distance(lse, exact_lse))
            except RuntimeError as problem:
                report.note(f'{name} attention, {role}: {str(problem)[:300]}')
                continue
            if report.check(f'{name} attention, {role}', error, 1e-2):
                found[role].append(name)
        found[role] = found[role] or ['plain']
    return found
