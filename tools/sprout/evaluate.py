"""Quick pass@k of a model in memory on the Python half of the held-out problems. For the log; the engine's figures count.

    python3 tools/sprout/evaluate.py FOLDER      evaluates an exported model
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from heldout import KINDS, Problem, problems
from model import Sprout
from tasks import PYTHON

PROMPT, FRESH = 640, 200
WORKERS = 12


def prompt(problem: Problem, with_tests: bool) -> str:
    tests = f"<|file_sep|>{problem.test_path}\n{problem.tests}" if with_tests else ""
    return f"{tests}<|file_sep|>{problem.path}\n<|fim_prefix|>{problem.prefix}<|fim_suffix|>{problem.suffix}<|fim_middle|>"


@torch.no_grad()
def complete(model: Sprout, prompts: list[list[int]], samples: int, temperature: float, end: int, seed: int = 0) -> list[list[int]]:
    """`samples` completions of each prompt, prompt after prompt; one batch with left padding and a key-value cache."""
    device = model.cos.device
    generator = torch.Generator(device).manual_seed(seed)
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts], device=device)
    padding = torch.tensor([longest - len(p) for p in prompts], device=device)
    span = torch.arange(longest + FRESH, device=device)
    caches: list[list[Tensor]] = [[] for _ in range(model.shape.layers)]

    def first_pass(layer: int):  # noqa: ANN202
        def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            caches[layer] = [F.pad(t, (0, 0, 0, FRESH)).repeat_interleave(samples, 0) for t in (k, v)]
            own = span[:longest] >= padding[:, None]
            mask = (own[:, None, :] & (span[:longest, None] >= span[None, :longest])) | torch.eye(longest, dtype=torch.bool, device=device)
            return F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None], enable_gqa=True)
        return attend

    hidden = model.hidden(ids, (span[:longest] - padding[:, None]).clamp(min=0), [first_pass(i) for i in range(model.shape.layers)])
    logits = model.logits(hidden[:, -1]).repeat_interleave(samples, 0).float()
    padding = padding.repeat_interleave(samples)
    done = torch.zeros(len(padding), dtype=torch.bool, device=device)
    written = []
    for at in range(longest, longest + FRESH):
        if temperature == 0:
            token = logits.argmax(-1)
        else:
            token = torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)[:, 0]
        token = torch.where(done, end, token)
        written.append(token)
        done |= token == end
        if at % 16 == 0 and bool(done.all()):
            break
        mask = ((span <= at) & (span >= padding[:, None]))[:, None, None, :]

        def next_pass(layer: int, at: int = at, mask: Tensor = mask):  # noqa: ANN202
            def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                keys, values = caches[layer]
                keys[:, :, at], values[:, :, at] = k[:, :, 0], v[:, :, 0]
                return F.scaled_dot_product_attention(q, keys[:, :, : at + 1], values[:, :, : at + 1], attn_mask=mask[..., : at + 1], enable_gqa=True)
            return attend

        hidden = model.hidden(token[:, None], (at - padding)[:, None], [next_pass(i) for i in range(model.shape.layers)])
        logits = model.logits(hidden[:, 0]).float()
    rows = torch.stack(written, 1).tolist()
    return [row[: row.index(end)] if end in row else row for row in rows]


def judge(jobs: list[dict]) -> list[bool]:
    """Runs the jobs in a few child processes; a child that dies or hangs fails its jobs."""
    script = str(pathlib.Path(__file__).with_name("judge_bodies.py"))
    parts = [jobs[i::WORKERS] for i in range(WORKERS)]

    def run(part: list[dict]) -> list[bool]:
        try:
            ran = subprocess.run([sys.executable, script], input=json.dumps(part), capture_output=True, text=True, timeout=20)
            return json.loads(ran.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            return [False] * len(part)

    with ThreadPoolExecutor(WORKERS) as threads:
        results = list(threads.map(run, parts))
    return [results[i % WORKERS][i // WORKERS] for i in range(len(jobs))]


def evaluate(model: Sprout, tokenizer: Tokenizer, how_many: int = 60, samples: int = 16, show: int = 0) -> dict[str, dict[str, float]]:
    """For each kind: greedy, pass@1 (mean of the samples at T = 0.8), pass@16. Half of the prompts show the tests."""
    end = tokenizer.token_to_id("<|endoftext|>")
    report: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        asked = []
        for i, problem in enumerate(problems(kind, PYTHON, how_many)):
            ids = tokenizer.encode(prompt(problem, with_tests=i % 2 == 0)).ids
            if len(ids) <= PROMPT:
                asked.append((problem, ids))
        greedy = complete(model, [ids for _, ids in asked], 1, 0.0, end)
        sampled = complete(model, [ids for _, ids in asked], samples, 0.8, end)
        owners = [p for p, _ in asked] + [p for p, _ in asked for _ in range(samples)]
        texts = tokenizer.decode_batch(greedy + sampled)
        passed = judge([
            {"text": p.prefix + text + p.suffix, "name": p.task.name, "cases": [[repr(a), repr(o)] for a, o in p.task.cases]}
            for p, text in zip(owners, texts)
        ])
        n = len(asked)
        by_problem = [passed[n + i * samples : n + (i + 1) * samples] for i in range(n)]
        report[kind] = {
            "problems": n,
            "greedy": sum(passed[:n]) / n,
            "pass@1": sum(map(sum, by_problem)) / (n * samples),
            f"pass@{samples}": sum(map(any, by_problem)) / n,
        }
        for i in range(min(show, n)):
            print(f"--- {kind} {asked[i][0].task.id}: {'passes' if passed[i] else 'fails'}\n{asked[i][0].prefix}{texts[i]}")
    return report


def load_export(folder: pathlib.Path) -> Sprout:
    from safetensors.torch import load_file

    model = Sprout()
    model.load_state_dict({k: v.float() for k, v in load_file(folder / "model.safetensors").items()})
    return model.eval()


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    began = time.time()
    print(json.dumps(evaluate(load_export(place).to(device), Tokenizer.from_file(str(place / "tokenizer.json")), show=3), indent=1))
    print(f"{time.time() - began:.0f} s")
