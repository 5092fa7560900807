#!/usr/bin/env python3
"""Makes the golden fixtures of packed weights: projections in each form, and small models with the logits of transformers.

    python3 tools/golden/make_quantized_golden.py test/fixtures

Writes quantized.json, quantized/NAME/ (a Hugging Face folder each) and quantized/NAME.json. Needs what make_golden.py needs.
The integers are packed here as AutoGPTQ and AutoAWQ document it; what they mean is taken from before they were packed.
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np
import torch
from make_golden import base64_floats, difference, forward, forward64, randomise
from safetensors.numpy import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

# AutoAWQ's WQLinear_GEMM: nibble i of a word holds this one of its eight outputs.
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]
PROMPT_TOKENS = 64
POSITIONS = [0, 1, 30, 63]

FORMS = {
    'gptq': dict(quant_method='gptq', bits=4, group_size=32, desc_act=False, sym=False, checkpoint_format='gptq'),
    'gptq-sorted': dict(quant_method='gptq', bits=4, group_size=32, desc_act=True, sym=False),
    'gptq-v2': dict(quant_method='gptq', bits=4, group_size=32, desc_act=False, sym=False, checkpoint_format='gptq_v2'),
    'gptq-int8': dict(quant_method='gptq', bits=8, group_size=32, desc_act=False, sym=False),
    'gptq-one-group': dict(quant_method='gptq', bits=4, group_size=-1, desc_act=False, sym=True),
    'awq': dict(quant_method='awq', bits=4, group_size=32, zero_point=True, version='gemm'),
}
MODELS = ['gptq-sorted', 'awq']


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('out', type=Path, help='the folder of the fixtures')
    out = parser.parse_args().out
    random = np.random.default_rng(5)
    cases = {}
    for name, form in FORMS.items():
        weight = random.normal(0, 0.2, (24, 64)).astype(np.float32)
        tensors, meaning = packed(weight, form, random)
        cases[name] = {
            'config': form,
            'tensors': {part: stored(tensor) for part, tensor in tensors.items()},
            'weight': base64.b64encode(meaning.tobytes()).decode(),
        }
    (out / 'quantized.json').write_text(json.dumps(cases, indent=1) + '\n')
    for seed, name in enumerate(MODELS):
        make_model(out / 'quantized', name, seed, random)


def make_model(out: Path, name: str, seed: int, random: np.random.Generator) -> None:
    config = Qwen2Config(
        vocab_size=128, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, tie_word_embeddings=True, rms_norm_eps=1e-6,
        bos_token_id=None, eos_token_id=None, pad_token_id=None,
        rope_parameters={'rope_type': 'default', 'rope_theta': 10_000.0},
    )
    generator = torch.Generator().manual_seed(2000 + seed)
    model = Qwen2ForCausalLM(config)
    randomise(model, generator)
    state, tensors = {key: value.half().float() for key, value in model.state_dict().items()}, {}
    for key, value in state.items():
        if key == 'lm_head.weight':
            continue
        if not key.endswith('_proj.weight'):
            tensors[key] = value.numpy().astype(np.float16)
            continue
        parts, meaning = packed(value.numpy(), FORMS[name], random)
        at = key.removesuffix('.weight')
        tensors |= {f'{at}.{part}': tensor for part, tensor in parts.items()}
        state[key] = torch.from_numpy(meaning.astype(np.float32))
    model.load_state_dict(state)
    model.eval()
    prompt = torch.randint(config.vocab_size, (PROMPT_TOKENS,), generator=generator).tolist()
    logits = forward(model, prompt)
    assert difference(logits, forward64(model, prompt)) < 2e-4
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / 'model.safetensors', {'format': 'pt'})
    settings = config.to_dict() | {'architectures': ['Qwen2ForCausalLM'], 'quantization_config': FORMS[name]}
    (folder / 'config.json').write_text(json.dumps(settings, indent=1) + '\n')
    golden = {'prompt': prompt, 'positions': POSITIONS, 'logits': base64_floats(logits[POSITIONS])}
    (out / f'{name}.json').write_text(json.dumps(golden, indent=1) + '\n')
    print(f'{name}: logits spread by {logits.std().item():.3g}')


def packed(weight: np.ndarray, form: dict, random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The tensors of a projection [out, in], and what they mean, in float16."""
    bits, (rows, columns) = form['bits'], weight.shape
    size = columns if form['group_size'] == -1 else form['group_size']
    group_of = np.arange(columns) // size
    if form.get('desc_act'):
        random.shuffle(group_of)
    most = 2**bits - 1
    groups = group_of.max() + 1
    scales = np.zeros((groups, rows), np.float16)
    zeros = np.zeros((groups, rows), np.int64)
    q = np.zeros((columns, rows), np.int64)
    for g in range(groups):
        part = weight[:, group_of == g]
        low, high = np.minimum(part.min(1), 0), np.maximum(part.max(1), 0)
        scales[g] = (high - low) / most
        scale = scales[g].astype(np.float32)
        # A symmetric form has its zero in the middle.
        zeros[g] = (most + 1) // 2 if form.get('sym') else np.clip(np.round(-low / scale), 0, most)
        q[group_of == g] = np.clip(np.round(part / scale[:, None]) + zeros[g][:, None], 0, most).T
    meaning = scales[group_of].astype(np.float32) * (q - zeros[group_of])
    awq = form['quant_method'] == 'awq'
    less = 1 if form.get('checkpoint_format', 'gptq') == 'gptq' and not awq else 0
    tensors = {
        'qweight': pack_outputs(q, bits, AWQ_ORDER) if awq else pack_outputs(q.T, bits).T.copy(),
        'qzeros': pack_outputs((zeros - less) & most, bits, AWQ_ORDER if awq else None),
        'scales': scales,
    }
    if not awq:
        tensors['g_idx'] = group_of.astype(np.int32)
    return tensors, meaning.T.astype(np.float16)


def pack_outputs(values: np.ndarray, bits: int, order: list[int] | None = None) -> np.ndarray:
    """Words of neighbours in a row, the first of `order` in the lowest bits."""
    each = 32 // bits
    split = values.reshape(values.shape[0], -1, each)[:, :, order or range(each)].astype(np.uint64)
    words = (split << (np.arange(each, dtype=np.uint64) * np.uint64(bits))).sum(2, dtype=np.uint64)
    return words.astype(np.uint32).view(np.int32)


def stored(tensor: np.ndarray) -> dict:
    dtype = {'int32': 'I32', 'float16': 'F16'}[str(tensor.dtype)]
    data = base64.b64encode(np.ascontiguousarray(tensor).tobytes()).decode()
    return {'dtype': dtype, 'shape': list(tensor.shape), 'data': data}


if __name__ == '__main__':
    main()
