"""Trains Sprout's byte-level BPE: 4096 entries, Qwen2's normaliser and pre-tokenizer, Qwen2.5-Coder's special tokens last.

    python3 tools/sprout/train_tokenizer.py FOLDER [REAL.json] [DOCUMENTS]
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from collections.abc import Iterator

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from generate import Generator

VOCABULARY = 4096
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"]
QWEN2_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def texts(documents: int, real: list[tuple[str, str]]) -> Iterator[str]:
    stream = iter(Generator("tokenizer", real))
    for _ in range(documents):
        yield from (part for part in re.split(r"<\|[a-z_]+\|>", next(stream)) if part)


def train(documents: int, real: list[tuple[str, str]]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - len(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts(documents, real), trainer)
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIAL])
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise SystemExit(f"{tokenizer.get_vocab_size()} entries instead of {VOCABULARY}: give it more documents")
    return tokenizer


def save(tokenizer: Tokenizer, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "add_prefix_space": False,
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|endoftext|>",
        "errors": "replace",
        "model_max_length": 2048,
        "pad_token": "<|fim_pad|>",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": None,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    real = json.loads(pathlib.Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else []
    made = train(int(sys.argv[3]) if len(sys.argv) > 3 else 60_000, real)
    save(made, folder)
    sample = next(iter(Generator("tokenizer check")))
    ids = made.encode(sample).ids
    assert made.decode(ids, skip_special_tokens=False) == sample
    print(f"{made.get_vocab_size()} entries; {len(sample) / len(ids):.2f} characters a token on a sample")
