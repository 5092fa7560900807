"""Sprout: a small Qwen2 in plain torch. Parameter names are those of transformers, so that the export is a plain save.

Letters: B rows, T tokens, L layers, D model width, H query heads, K key-value heads, d head width, F feed-forward
width, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 4096
    width: int = 256
    layers: int = 9
    heads: int = 4
    kv_heads: int = 2
    head_width: int = 64
    feed_forward: int = 768
    theta: float = 10000.0
    epsilon: float = 1e-6
    positions: int = 2048


class RMSNorm(nn.Module):
    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight, self.epsilon).type_as(x)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x [B, H, T, d]; cos and sin [B, 1, T, d]."""
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-b, a), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.q_proj = nn.Linear(shape.width, shape.heads * shape.head_width)
        self.k_proj = nn.Linear(shape.width, shape.kv_heads * shape.head_width)
        self.v_proj = nn.Linear(shape.width, shape.kv_heads * shape.head_width)
        self.o_proj = nn.Linear(shape.heads * shape.head_width, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, attend: Attend) -> Tensor:
        split = lambda y: y.unflatten(-1, (-1, self.shape.head_width)).transpose(1, 2)  # noqa: E731
        q, k, v = split(self.q_proj(x)), split(self.k_proj(x)), split(self.v_proj(x))
        q, k = rotate(q, cos, sin).type_as(v), rotate(k, cos, sin).type_as(v)
        return self.o_proj(attend(q, k, v).transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down_proj = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(shape.width, shape.epsilon)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RMSNorm(shape.width, shape.epsilon)
        self.mlp = MLP(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, attend: Attend) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, attend)
        return x + self.mlp(self.post_attention_layernorm(x))


class Trunk(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.epsilon)


class Sprout(nn.Module):
    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.model = Trunk(shape)
        for name, p in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(p)
            elif "embed" in name:
                nn.init.normal_(p, std=0.02)
            elif "o_proj" in name or "down_proj" in name:
                nn.init.zeros_(p)
            elif p.ndim == 2:
                nn.init.normal_(p, std=0.6 * p.shape[1] ** -0.5)
        frequencies = shape.theta ** -(torch.arange(0, shape.head_width, 2).float() / shape.head_width)
        angles = torch.outer(torch.arange(shape.positions).float(), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def hidden(self, ids: Tensor, positions: Tensor, attend: list[Attend] | Attend) -> Tensor:
        """ids and positions [B, T] -> normalised hidden states [B, T, D]. One `attend` for all layers or one for each."""
        x = self.model.embed_tokens(ids)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        cos, sin = self.cos[positions].unsqueeze(1).type_as(x), self.sin[positions].unsqueeze(1).type_as(x)
        for i, layer in enumerate(self.model.layers):
            x = layer(x, cos, sin, attend[i] if isinstance(attend, list) else attend)
        return self.model.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.model.embed_tokens.weight.type_as(hidden))

    def forward(self, ids: Tensor) -> Tensor:
        """Plain causal logits [B, T, V], for checks."""
        positions = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        return self.logits(self.hidden(ids, positions, causal))


def causal(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)


@dataclass(frozen=True)
class Marks:
    """Token ids that structure a row."""

    end: int
    middle: int
    pad: int


def row_facts(ids: Tensor, marks: Marks) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """From packed rows [B, T]: document number, position in the document, target and loss weight of each token."""
    index = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
    ended = ids == marks.end
    documents = ended.cumsum(1) - ended.long()
    start = torch.where(ended, index + 1, 0).cummax(1).values
    start = F.pad(start, (1, 0))[:, :-1]
    in_middle = torch.where(ids == marks.middle, index, -1).cummax(1).values >= start
    targets = F.pad(ids[:, 1:], (0, 1), value=marks.pad)
    weights = torch.where(in_middle, 1.0, 0.2)
    weights = torch.where(ended | (targets == marks.pad), 0.0, weights)
    return documents, index - start, targets, weights
