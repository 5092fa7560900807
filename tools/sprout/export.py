"""Writes a trained Sprout as a Hugging Face folder, and checks it against transformers.

    python3 tools/sprout/export.py FOLDER      compares the folder's logits in transformers with our own, in f32
"""

from __future__ import annotations

import json
import pathlib
import shutil
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from model import Sprout

LIMIT = 16 * 1024 * 1024


def export(model: Sprout, tokenizer_folder: pathlib.Path, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: p.detach().float().cpu() for name, p in model.state_dict().items()}
    largest = max(float(p.abs().max()) for p in state.values())
    kind = torch.float16 if largest < 30_000 else torch.bfloat16
    save_file({name: p.to(kind).contiguous() for name, p in state.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    end, pad = (tokenizer.token_to_id(t) for t in ("<|endoftext|>", "<|fim_pad|>"))
    s, kind_name = model.shape, str(kind).removeprefix("torch.")
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": s.vocabulary,
        "hidden_size": s.width,
        "intermediate_size": s.feed_forward,
        "num_hidden_layers": s.layers,
        "num_attention_heads": s.heads,
        "num_key_value_heads": s.kv_heads,
        "hidden_act": "silu",
        "max_position_embeddings": s.positions,
        "initializer_range": 0.02,
        "rms_norm_eps": s.epsilon,
        "rope_theta": s.theta,
        "rope_parameters": {"rope_type": "default", "rope_theta": s.theta},
        "attention_dropout": 0.0,
        "use_sliding_window": False,
        "tie_word_embeddings": True,
        "use_cache": True,
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": pad,
        "torch_dtype": kind_name,
        "dtype": kind_name,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    generation = {"bos_token_id": end, "eos_token_id": [end], "pad_token_id": pad, "do_sample": True, "temperature": 0.8, "top_p": 0.95}
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer_folder / name, folder / name)
    size = (folder / "model.safetensors").stat().st_size
    print(f"exported {kind_name}, {size} bytes ({'under' if size <= LIMIT else 'OVER'} 16 MiB), largest weight {largest:.2f}", flush=True)


def check(folder: pathlib.Path) -> float:
    """The largest difference between transformers' logits and ours."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from evaluate import load_export
    from generate import Generator

    ours = load_export(folder)
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    stream, worst = iter(Generator("export check")), 0.0
    for _ in range(4):
        text = next(stream)
        ids = tokenizer.encode(text).ids[:512]
        assert ids == AutoTokenizer.from_pretrained(folder)(text)["input_ids"][:512], "the tokenizers disagree"
        batch = torch.tensor([ids])
        with torch.no_grad():
            worst = max(worst, float((theirs(batch).logits - ours(batch)).abs().max()))
    print(f"transformers {theirs.__class__.__name__}: max abs difference of the logits {worst:.2e}, {sum(p.numel() for p in theirs.parameters())} parameters", flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(0 if check(pathlib.Path(sys.argv[1])) < 1e-3 else 1)
