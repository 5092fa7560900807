"""The element-wise steps of a Qwen2 layer, each as one Triton kernel and as plain PyTorch.

Plain PyTorch runs each as four to ten kernels of about 2 us, which at 28 layers is most of a step for one candidate:
a peer that loses for that reason would flatter us. TRITON_INTERPRET=1 runs the kernels on a processor.

    add_norm(x, delta, weight)        x += delta in place; x / rms(x) * weight       x, delta [rows, D]
    rotate(qkv, ...)                  rotated queries out; rotated keys and the values into their caches
    gate(gate_up)                     silu(gate) * up                                [rows, 2F] -> [rows, F]
    merge(o1, lse1, o2, lse2, out)    (e^lse1 o1 + e^lse2 o2) / (e^lse1 + e^lse2)    o1 [1,K,N*g,d], o2 [N,K,g,d]
"""

import os

import torch
import torch.nn.functional as F

from shapes import NORM_EPSILON

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None


def available(device):
    return triton is not None and (device.type == 'cuda' or os.environ.get('TRITON_INTERPRET') == '1')


class Plain:
    """The formulas, for processors without Triton and as the reference of the kernels below."""

    @staticmethod
    def add_norm(x, delta, weight):
        if delta is not None:
            x += delta
        wide = x.float()
        return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + NORM_EPSILON) * weight.float()).to(x.dtype)

    @staticmethod
    def rotate(shape, qkv, angles, positions, tokens, q, keys, values, first):
        """qkv [B*T, (H+2K)d] of B sequences with T = `tokens` tokens each; angles: (cosine, sine), each [positions,
        d/2] f32; q [B*T, K, g, d], any strides; keys, values [B, K, S, d], written from slot `first` on."""
        cosine, sine = (table[positions.long()][:, None] for table in angles)
        heads = qkv.view(qkv.shape[0], -1, shape.d)
        a, b = heads[:, :shape.H + shape.K].float().chunk(2, -1)
        rotated = torch.cat((a * cosine - b * sine, b * cosine + a * sine), -1).to(qkv.dtype)
        q.copy_(rotated[:, :shape.H].reshape(q.shape))
        for cache, new in ((keys, rotated[:, shape.H:]), (values, heads[:, shape.H + shape.K:])):
            cache[:, :, first:first + tokens] = new.reshape(-1, tokens, shape.K, shape.d).transpose(1, 2)

    @staticmethod
    def gate(gate_up):
        gates, ups = gate_up.chunk(2, -1)
        return F.silu(gates) * ups

    @staticmethod
    def merge(o1, lse1, o2, lse2, out):
        N, K, g, d = o2.shape
        o1 = o1.view(K, N, g, d).transpose(0, 1).float()
        lse1 = lse1.view(K, N, g).transpose(0, 1)
        weight = torch.sigmoid(lse1 - lse2)[..., None]
        out.copy_((o1 * weight + o2.float() * (1 - weight)).reshape(N, K * g * d))


if triton is not None:

    @triton.jit
    def _add_norm(x, delta, weight, out, D, epsilon, ADD: tl.constexpr, BLOCK: tl.constexpr):
        column = tl.arange(0, BLOCK)
        at = tl.program_id(0).to(tl.int64) * D + column
        inside = column < D
        value = tl.load(x + at, inside, 0.0).to(tl.float32)
        if ADD:
            value += tl.load(delta + at, inside, 0.0).to(tl.float32)
            tl.store(x + at, value.to(x.dtype.element_ty), inside)
        scale = 1 / tl.sqrt(tl.sum(value * value) / D + epsilon)
        scaled = value * scale * tl.load(weight + column, inside, 0.0).to(tl.float32)
        tl.store(out + at, scaled.to(out.dtype.element_ty), inside)

    @triton.jit
    def _rotate(qkv, cosines, sines, positions, q, keys, values, tokens, first, q_row, q_head, cache_row, cache_head,
                H: tl.constexpr, K: tl.constexpr, HALF: tl.constexpr):
        row = tl.program_id(0).to(tl.int64)
        head = tl.program_id(1)
        lane = tl.arange(0, HALF)
        source = qkv + (row * (H + 2 * K) + head) * 2 * HALF
        a = tl.load(source + lane).to(tl.float32)
        b = tl.load(source + HALF + lane).to(tl.float32)
        angle = tl.load(positions + row).to(tl.int64) * HALF + lane
        is_value = head >= H + K
        cosine = tl.where(is_value, 1.0, tl.load(cosines + angle))
        sine = tl.where(is_value, 0.0, tl.load(sines + angle))
        low = (a * cosine - b * sine).to(qkv.dtype.element_ty)
        high = (b * cosine + a * sine).to(qkv.dtype.element_ty)
        if head < H:
            target = q + row * q_row + (head // (H // K)) * q_head + (head % (H // K)) * 2 * HALF
            tl.store(target + lane, low)
            tl.store(target + HALF + lane, high)
        else:
            offset = (row // tokens) * cache_row + (first + row % tokens) * 2 * HALF
            if head < H + K:
                target = keys + offset + (head - H) * cache_head
            else:
                target = values + offset + (head - H - K) * cache_head
            tl.store(target + lane, low)
            tl.store(target + HALF + lane, high)

    @triton.jit
    def _gate(gate_up, out, width, BLOCK: tl.constexpr):
        row = tl.program_id(0).to(tl.int64)
        column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        inside = column < width
        gates = tl.load(gate_up + row * 2 * width + column, inside, 0.0).to(tl.float32)
        ups = tl.load(gate_up + row * 2 * width + width + column, inside, 0.0).to(tl.float32)
        tl.store(out + row * width + column, (gates / (1 + tl.exp(-gates)) * ups).to(out.dtype.element_ty), inside)

    @triton.jit
    def _merge(o1, lse1, o2, lse2, out, o1_head, o1_row, lse1_head, lse1_row, o2_sequence, o2_head, o2_row,
               lse2_sequence, lse2_head, lse2_row, K: tl.constexpr, G: tl.constexpr, WIDTH: tl.constexpr):
        sequence = tl.program_id(0).to(tl.int64)
        kv = tl.program_id(1) // G
        member = tl.program_id(1) % G
        row = sequence * G + member
        lane = tl.arange(0, WIDTH)
        shared = tl.load(lse1 + kv * lse1_head + row * lse1_row)
        own = tl.load(lse2 + sequence * lse2_sequence + kv * lse2_head + member * lse2_row)
        weight = 1 / (1 + tl.exp(own - shared))
        first = tl.load(o1 + kv * o1_head + row * o1_row + lane).to(tl.float32)
        second = tl.load(o2 + sequence * o2_sequence + kv * o2_head + member * o2_row + lane).to(tl.float32)
        merged = first * weight + second * (1 - weight)
        tl.store(out + (sequence * K * G + tl.program_id(1)) * WIDTH + lane, merged.to(out.dtype.element_ty))

    @triton.jit
    def _block_sums(source, out, BLOCK: tl.constexpr):
        at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
        tl.store(out + tl.program_id(0), tl.sum(tl.load(source + at)))


def block_sums(source, out, block):
    """out[i] = the sum of source[i * block:][:block]; f32. Reads and does nearly nothing else."""
    _block_sums[(out.numel(),)](source, out, BLOCK=block, num_warps=8)


class Fused:
    """The same functions as Plain, one kernel each."""

    @staticmethod
    def add_norm(x, delta, weight):
        out = torch.empty_like(x)
        rows, D = x.shape
        _add_norm[(rows,)](x, x if delta is None else delta, weight, out, D, NORM_EPSILON, ADD=delta is not None,
                           BLOCK=triton.next_power_of_2(D))
        return out

    @staticmethod
    def rotate(shape, qkv, angles, positions, tokens, q, keys, values, first):
        _rotate[(qkv.shape[0], shape.H + 2 * shape.K)](
            qkv, *angles, positions, q, keys, values, tokens, first, q.stride(0), q.stride(1), keys.stride(0),
            keys.stride(1), H=shape.H, K=shape.K, HALF=shape.d // 2, num_warps=1)

    @staticmethod
    def gate(gate_up):
        rows, width = gate_up.shape[0], gate_up.shape[1] // 2
        out = gate_up.new_empty(rows, width)
        _gate[(rows, triton.cdiv(width, 1024))](gate_up, out, width, BLOCK=1024)
        return out

    @staticmethod
    def merge(o1, lse1, o2, lse2, out):
        N, K, g, d = o2.shape
        _merge[(N, K * g)](o1, lse1, o2, lse2, out, o1.stride(1), o1.stride(2), lse1.stride(1), lse1.stride(2),
                           *o2.stride()[:3], *lse2.stride(), K=K, G=g, WIDTH=d, num_warps=1)
