#!/usr/bin/env python3
"""Makes the golden fixtures of the engine: small random checkpoints and the logits that transformers computes for them.

    python3 tools/golden/make_golden.py OUT [NAME ...]
    mkdir -p test/fixtures && tar xzf OUT/golden.tar.gz -C test/fixtures

Needs torch and transformers 5; neither a GPU nor a network. OUT receives two files: `golden.tar.gz`, which holds
golden/NAME/ (a Hugging Face folder) and golden/NAME.json for each model, or for those that are named, and `golden.txt`,
the figures printed here.

The logits come from transformers in float32, with the weights as stored. They are checked here against a second
forward pass, written out below in float64, so that the fixtures do not hang on one implementation. That pass also
shows that the fixtures bite: leaving out RoPE scaling, or the biases, or what else is the architecture's own, moves the
logits by far more than the tests allow.
"""

import argparse
import base64
import json
import math
import os
import sys
import tarfile
import tempfile
import time
from pathlib import Path

os.environ['HF_HUB_OFFLINE'] = '1'
os.environ['TRANSFORMERS_OFFLINE'] = '1'

import torch
import transformers
from transformers import (
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
    Starcoder2Config,
    Starcoder2ForCausalLM,
)

PROMPT_TOKENS = 200
GREEDY_STEPS = 50
# The last eight positions, and four before them: the first token, which attends to itself alone, among them.
POSITIONS = [0, 1, 63, 130, *range(PROMPT_TOKENS - 8, PROMPT_TOKENS)]
# A greedy step is only a fair test where rounding can't swap the two best tokens.
LEAST_MARGIN = 1e-2
PROMPT_SEEDS = 64
# Far above float32 rounding in two small layers, far below the 1e-3 that the engine is allowed.
FLOAT64_TOLERANCE = 2e-4

SHAPE = dict(
    vocab_size=320,
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=2,
    bos_token_id=None,
    eos_token_id=None,
    pad_token_id=None,
)
# As small as the architecture shows itself.
TINY = SHAPE | dict(vocab_size=64, hidden_size=32, intermediate_size=48, max_position_embeddings=512)
PLAIN_ROPE = {'rope_type': 'default', 'rope_theta': 10_000.0}

# Each model takes what the others leave out: head counts, tying, biases, file type, shards, RoPE variant, architecture.
MODELS = {
    'qwen2-tied': dict(
        model=Qwen2ForCausalLM,
        config=lambda: Qwen2Config(
            **SHAPE,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=1024,
            tie_word_embeddings=True,
            rms_norm_eps=1e-6,
            rope_parameters={'rope_type': 'default', 'rope_theta': 1_000_000.0},
        ),
        dtype=torch.float32,
        steps=20,
    ),
    'qwen2-yarn': dict(
        model=Qwen2ForCausalLM,
        config=lambda: Qwen2Config(
            **SHAPE,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=256,
            tie_word_embeddings=False,
            rms_norm_eps=1e-5,
            rope_parameters={
                'rope_type': 'yarn',
                'rope_theta': 10_000.0,
                'factor': 4.0,
                'original_max_position_embeddings': 64,
            },
        ),
        dtype=torch.bfloat16,
        steps=20,
        shard='150KB',
    ),
    'llama-gqa1': dict(
        model=LlamaForCausalLM,
        config=lambda: LlamaConfig(
            **SHAPE,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=1024,
            tie_word_embeddings=False,
            rms_norm_eps=1e-5,
            rope_parameters={'rope_type': 'linear', 'rope_theta': 10_000.0, 'factor': 2.5},
        ),
        dtype=torch.float16,
        steps=20,
    ),
    'llama3-rope': dict(
        model=LlamaForCausalLM,
        # head_dim is not hidden_size / heads here. Of its eight pairs the original length of 64 leaves one alone,
        # blends two and divides five.
        config=lambda: LlamaConfig(
            **SHAPE,
            num_attention_heads=8,
            num_key_value_heads=1,
            head_dim=16,
            max_position_embeddings=512,
            tie_word_embeddings=False,
            attention_bias=True,
            mlp_bias=True,
            rms_norm_eps=1e-5,
            rope_parameters={
                'rope_type': 'llama3',
                'rope_theta': 10_000.0,
                'factor': 8.0,
                'low_freq_factor': 1.0,
                'high_freq_factor': 4.0,
                'original_max_position_embeddings': 64,
            },
        ),
        dtype=torch.float32,
        steps=20,
    ),
    # DeepSeek-Coder is a Llama whose context was made longer by linear scaling; the larger ones have fewer KV heads.
    'llama-deepseek-coder': dict(
        model=LlamaForCausalLM,
        config=lambda: LlamaConfig(
            **TINY,
            num_attention_heads=4,
            num_key_value_heads=2,
            tie_word_embeddings=False,
            rms_norm_eps=1e-6,
            rope_parameters={'rope_type': 'linear', 'rope_theta': 100_000.0, 'factor': 4.0},
        ),
        dtype=torch.bfloat16,
    ),
    # Granite code of 3 and 8 billion parameters.
    'llama-granite-code': dict(
        model=LlamaForCausalLM,
        config=lambda: LlamaConfig(
            **TINY,
            num_attention_heads=2,
            num_key_value_heads=2,
            tie_word_embeddings=True,
            attention_bias=True,
            mlp_bias=True,
            rms_norm_eps=1e-5,
            rope_parameters={'rope_type': 'default', 'rope_theta': 10_000_000.0},
        ),
        dtype=torch.bfloat16,
    ),
    # Its window lies within what it has positions for; the prompt and its continuation fit into the window.
    'mistral': dict(
        model=MistralForCausalLM,
        config=lambda: MistralConfig(
            **TINY,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=16,
            sliding_window=256,
            tie_word_embeddings=False,
            rms_norm_eps=1e-5,
            rope_parameters={'rope_type': 'default', 'rope_theta': 1_000_000.0},
        ),
        dtype=torch.bfloat16,
    ),
    'qwen3': dict(
        model=Qwen3ForCausalLM,
        config=lambda: Qwen3Config(
            **TINY,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=16,
            tie_word_embeddings=True,
            rms_norm_eps=1e-6,
            rope_parameters={'rope_type': 'default', 'rope_theta': 1_000_000.0},
        ),
        dtype=torch.bfloat16,
    ),
    'starcoder2': dict(
        model=Starcoder2ForCausalLM,
        config=lambda: Starcoder2Config(
            **TINY,
            num_attention_heads=2,
            num_key_value_heads=1,
            sliding_window=256,
            norm_epsilon=1e-5,
            rope_parameters=PLAIN_ROPE,
        ),
        dtype=torch.bfloat16,
    ),
    'granite': dict(
        model=GraniteForCausalLM,
        config=lambda: GraniteConfig(
            **TINY,
            num_attention_heads=2,
            num_key_value_heads=1,
            embedding_multiplier=3.0,
            attention_multiplier=0.7,
            residual_multiplier=0.45,
            logits_scaling=0.6,
            tie_word_embeddings=False,
            rms_norm_eps=1e-5,
            rope_parameters=PLAIN_ROPE,
        ),
        dtype=torch.bfloat16,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out', type=Path, help='folder for golden.tar.gz and golden.txt')
    parser.add_argument('names', metavar='NAME', nargs='*', help='of a model; without any, all')
    given = parser.parse_args()
    out = given.out
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    lines = [f'transformers {transformers.__version__}, torch {torch.__version__}']
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / 'golden'
        root.mkdir()
        for seed, (name, recipe) in enumerate(MODELS.items()):
            if given.names and name not in given.names:
                continue
            start = time.monotonic()
            golden = make_golden(root / name, recipe, seed)
            entries = ',\n'.join(f'  {json.dumps(key)}: {json.dumps(value)}' for key, value in golden.items())
            (root / f'{name}.json').write_text(f'{{\n{entries}\n}}\n')
            figures = ', '.join(f'{key} {value:.3g}' for key, value in golden['figures'].items())
            size = sum(file.stat().st_size for file in (root / name).iterdir())
            lines.append(f'{name}: {size / 1000:.0f} kB, {figures}, {time.monotonic() - start:.1f} s')
            print(lines[-1], flush=True)
        with tarfile.open(out / 'golden.tar.gz', 'w:gz') as archive:
            archive.add(root, 'golden', filter=anonymous)
    (out / 'golden.txt').write_text('\n'.join(lines) + '\n')


def make_golden(folder: Path, recipe: dict, seed: int) -> dict:
    """Saves the checkpoint to `folder` and returns what the tests compare with."""
    generator = torch.Generator().manual_seed(1000 + seed)
    model = recipe['model'](recipe['config']())
    randomise(model, generator)
    model.to(recipe['dtype']).save_pretrained(folder, max_shard_size=recipe.get('shard', '50MB'))
    shards = list(folder.glob('*.safetensors'))
    if len(shards) != (2 if 'shard' in recipe else 1):
        sys.exit(f'{folder.name}: {len(shards)} weight files')

    # Read back from the file, so that the logits belong to what is stored.
    model = recipe['model'].from_pretrained(folder, dtype=torch.float32, attn_implementation='eager').eval()
    count = recipe.get('steps', GREEDY_STEPS)
    prompt, ids = greedy_run(model, generator, count)
    logits = forward(model, prompt + ids)
    steps = logits[PROMPT_TOKENS - 1 : PROMPT_TOKENS - 1 + count]
    if steps.argmax(-1).tolist() != ids:
        sys.exit(f'{folder.name}: the greedy tokens are not reproducible')

    exact = forward64(model, prompt + ids)
    rotary = model.model.rotary_emb
    figures = {
        'leastMargin': least_margin(steps),
        'distinctGreedyTokens': len(set(ids)),
        'logitSpread': logits.std().item(),
        'float64Difference': difference(logits, exact),
    }
    for part in PARTS:
        less = difference(exact, forward64(model, prompt + ids, part))
        if less > FLOAT64_TOLERANCE:
            figures[f'without {part}'] = less
    if not figures['float64Difference'] <= FLOAT64_TOLERANCE:
        sys.exit(f'{folder.name}: transformers and the float64 pass differ by {figures["float64Difference"]}')
    return {
        'model': folder.name,
        'madeWith': {'transformers': transformers.__version__, 'torch': torch.__version__},
        'prompt': prompt,
        'positions': POSITIONS,
        'logits': base64_floats(logits[POSITIONS]),
        'greedy': {'ids': ids, 'logits': base64_floats(steps)},
        'rope': {'frequencies': rotary.inv_freq.tolist(), 'magnitude': float(rotary.attention_scaling)},
        'figures': figures,
    }


def randomise(model: torch.nn.Module, generator: torch.Generator) -> None:
    """Wide enough that attention is not uniform, gains and biases count, and the logits are not flat."""
    spread = 1.2 / math.sqrt(model.config.hidden_size)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if 'norm' in name and name.endswith('weight'):
                weight.uniform_(0.5, 1.5, generator=generator)
            else:
                weight.normal_(0, 0.4 if name.endswith('bias') else spread, generator=generator)


def greedy_run(model: torch.nn.Module, generator: torch.Generator, count: int) -> tuple[list[int], list[int]]:
    """The random prompt whose greedy continuation is the most varied, of those with clear margins."""
    best: tuple[int, list[int], list[int]] | None = None
    for _ in range(PROMPT_SEEDS):
        prompt = torch.randint(model.config.vocab_size, (PROMPT_TOKENS,), generator=generator).tolist()
        ids: list[int] = []
        while len(ids) < count:
            last = forward(model, prompt + ids)[-1:]
            if least_margin(last) <= 2 * LEAST_MARGIN:
                break
            ids.append(int(last.argmax()))
        if len(ids) == count and (best is None or len(set(ids)) > best[0]):
            best = (len(set(ids)), prompt, ids)
            if best[0] == count:
                break
    if best is None:
        sys.exit(f'no prompt of {PROMPT_SEEDS} has greedy margins above {LEAST_MARGIN}')
    return best[1], best[2]


def forward(model: torch.nn.Module, ids: list[int]) -> torch.Tensor:
    """Logits [T, V] of transformers, float32."""
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()


PARTS = ['RoPE scaling', 'biases', 'head norms', 'mean', 'embedding', 'attention', 'residual', 'logits']


def forward64(model: torch.nn.Module, ids: list[int], without: str = '') -> torch.Tensor:
    """Logits [T, V] in float64 throughout, written out from the definition of the architecture.

    `without` leaves one of PARTS out, to show how much it moves the logits.
    """
    config = model.config
    weights = {name: tensor.double() for name, tensor in model.state_dict().items()}
    T, H, K = len(ids), config.num_attention_heads, config.num_key_value_heads
    d = getattr(config, 'head_dim', None) or config.hidden_size // H
    rotary = model.model.rotary_emb
    frequencies, magnitude = rotary.inv_freq.double(), float(rotary.attention_scaling)
    if without == 'RoPE scaling':
        frequencies = config.rope_parameters['rope_theta'] ** (-torch.arange(d // 2, dtype=torch.float64) * 2 / d)
        magnitude = 1.0
    angles = torch.arange(T, dtype=torch.float64)[:, None] * frequencies
    cos, sin = angles.cos()[:, None] * magnitude, angles.sin()[:, None] * magnitude
    hidden_later = torch.ones(T, T, dtype=torch.bool).triu(1)
    epsilon = getattr(config, 'rms_norm_eps', None) or config.norm_epsilon

    def multiplier(part: str, key: str, otherwise: float = 1.0) -> float:
        return otherwise if part == without else getattr(config, key, otherwise)

    residual = multiplier('residual', 'residual_multiplier')
    attention = multiplier('attention', 'attention_multiplier', 1 / math.sqrt(d))

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        bias = weights.get(f'{name}.bias')
        # With a bias it is a layer norm.
        if bias is not None and without != 'mean':
            x = x - x.mean(-1, keepdim=True)
        y = x * (x.square().mean(-1, keepdim=True) + epsilon).rsqrt() * weights[f'{name}.weight']
        return y if bias is None or without == 'biases' else y + bias

    def linear(x: torch.Tensor, name: str) -> torch.Tensor:
        bias = None if without == 'biases' else weights.get(f'{name}.bias')
        return torch.nn.functional.linear(x, weights[f'{name}.weight'], bias)

    def turned(x: torch.Tensor, head_norm: str) -> torch.Tensor:
        if f'{head_norm}.weight' in weights and without != 'head norms':
            x = norm(x, head_norm)
        first, second = x[..., : d // 2], x[..., d // 2 :]
        return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)

    x = weights['model.embed_tokens.weight'][torch.tensor(ids)] * multiplier('embedding', 'embedding_multiplier')
    for layer in range(config.num_hidden_layers):
        at = f'model.layers.{layer}'
        h = norm(x, f'{at}.input_layernorm')
        q = turned(linear(h, f'{at}.self_attn.q_proj').view(T, H, d), f'{at}.self_attn.q_norm')
        k = turned(linear(h, f'{at}.self_attn.k_proj').view(T, K, d), f'{at}.self_attn.k_norm')
        k = k.repeat_interleave(H // K, 1)
        v = linear(h, f'{at}.self_attn.v_proj').view(T, K, d).repeat_interleave(H // K, 1)
        scores = torch.einsum('thd,shd->hts', q, k) * attention
        attended = torch.einsum('hts,shd->thd', scores.masked_fill(hidden_later, -math.inf).softmax(-1), v)
        x = x + residual * linear(attended.reshape(T, H * d), f'{at}.self_attn.o_proj')
        h = norm(x, f'{at}.post_attention_layernorm')
        if f'{at}.mlp.c_fc.weight' in weights:
            made = linear(torch.nn.functional.gelu(linear(h, f'{at}.mlp.c_fc'), approximate='tanh'), f'{at}.mlp.c_proj')
        else:
            gate = torch.nn.functional.silu(linear(h, f'{at}.mlp.gate_proj'))
            made = linear(gate * linear(h, f'{at}.mlp.up_proj'), f'{at}.mlp.down_proj')
        x = x + residual * made
    head = 'model.embed_tokens.weight' if config.tie_word_embeddings else 'lm_head.weight'
    return norm(x, 'model.norm') @ weights[head].T / multiplier('logits', 'logits_scaling')


def least_margin(logits: torch.Tensor) -> float:
    """The least distance between the best and the second logit of any row."""
    best = logits.topk(2).values
    return (best[:, 0] - best[:, 1]).min().item()


def difference(a: torch.Tensor, b: torch.Tensor) -> float:
    return (a.double() - b.double()).abs().max().item()


def base64_floats(values: torch.Tensor) -> str:
    """Little-endian float32, row-major."""
    return base64.b64encode(values.contiguous().numpy().astype('<f4').tobytes()).decode()


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ''
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


if __name__ == '__main__':
    main()
