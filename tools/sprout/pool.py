"""The token pool: worker processes write shards of packed rows, the trainer reads them as they come.

    python3 tools/sprout/pool.py FOLDER TOKENIZER REAL.json SEED     one endless worker

A shard is a .npy file, uint16 [rows, 1024]. Whole documents are packed best-fit; `<|fim_pad|>` fills the rest of a row.
"""

from __future__ import annotations

import bisect
import json
import os
import pathlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np

ROW = 1024
ROWS_PER_SHARD = 2048


def pack(documents: list[list[int]], rows: int, pad: int) -> np.ndarray:
    """Best fit, longest first: each document goes to the fullest row that still has room."""
    bins: list[list[list[int]]] = []
    spaces: list[tuple[int, int]] = []  # (free tokens, row), sorted
    for document in sorted(documents, key=len, reverse=True):
        at = bisect.bisect_left(spaces, (len(document), -1))
        if at == len(spaces):
            if len(bins) == rows:
                continue
            spaces.append((ROW, len(bins)))
            bins.append([])
            spaces.sort()
            at = bisect.bisect_left(spaces, (len(document), -1))
        free, row = spaces.pop(at)
        bins[row].append(document)
        bisect.insort(spaces, (free - len(document), row))
    packed = np.full((len(bins), ROW), pad, dtype=np.uint16)
    for row, parts in enumerate(bins):
        random.shuffle(parts)
        flat = [token for part in parts for token in part]
        packed[row, : len(flat)] = flat
    return packed[np.random.permutation(len(packed))]


def work(folder: pathlib.Path, tokenizer_folder: pathlib.Path, real_path: pathlib.Path, seed: str) -> None:
    from tokenizers import Tokenizer

    from generate import Generator

    parent = os.getppid()
    tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
    pad = tokenizer.token_to_id("<|fim_pad|>")
    real = [tuple(pair) for pair in json.loads(real_path.read_text())] if real_path.exists() else []
    stream = iter(Generator(seed, real))
    number = 0
    while os.getppid() == parent:  # ends with the trainer
        rows = ROWS_PER_SHARD // 4 if number == 0 else ROWS_PER_SHARD
        documents: list[list[int]] = []
        tokens = 0
        while tokens < rows * ROW * 0.995:
            batch = [next(stream) for _ in range(256)]
            for encoding in tokenizer.encode_batch_fast(batch):
                if len(encoding) <= ROW:
                    documents.append(encoding.ids)
                    tokens += len(encoding)
        shard = pack(documents, rows, pad)
        temporary = folder / f".{seed}-{number:05d}.tmp.npy"
        np.save(temporary, shard)
        temporary.rename(folder / f"{seed}-{number:05d}.npy")
        number += 1
        while sum(1 for _ in folder.glob("*.npy")) > 3000 and os.getppid() == parent:
            time.sleep(1)


class Pool:
    """Starts the workers and hands out batches: new shards first, known ones again where the workers are too slow."""

    def __init__(self, folder: pathlib.Path, tokenizer: pathlib.Path, real: pathlib.Path, seed: str, workers: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.seen: set[str] = set()
        self.reused = 0
        self.documents = 0
        here = pathlib.Path(__file__)
        self.processes = [
            subprocess.Popen(["nice", "-n", "5", sys.executable, str(here), str(folder), str(tokenizer), str(real), f"{seed}-{i:02d}"])
            for i in range(workers)
        ]

    def shard(self) -> np.ndarray:
        while True:
            names = sorted(path.name for path in self.folder.glob("[!.]*.npy"))
            fresh = [name for name in names if name not in self.seen]
            if fresh:
                name = random.choice(fresh)
                self.seen.add(name)
                return np.load(self.folder / name)
            if len(names) >= len(self.processes):
                self.reused += 1
                again = np.load(self.folder / random.choice(names))
                return again[np.random.permutation(len(again))]
            if all(p.poll() is not None for p in self.processes):
                raise SystemExit("every data worker has ended; run pool.py by hand to see why")
            time.sleep(0.2)

    def batches(self, rows: int) -> Iterator[np.ndarray]:
        rest = np.empty((0, ROW), dtype=np.uint16)
        while True:
            while len(rest) < rows:
                rest = np.concatenate([rest, self.shard()])
            yield rest[:rows]
            rest = rest[rows:]

    def close(self) -> None:
        for process in self.processes:
            process.terminate()


if __name__ == "__main__":
    work(*(pathlib.Path(a) for a in sys.argv[1:4]), sys.argv[4])
