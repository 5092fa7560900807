"""Trains Sprout against the clock; a second call goes on where the first one stopped.

    python3 tools/sprout/train.py --work /tmp/sprout --minutes 9 --total-minutes 18 [--spent SECONDS] [--smoke]

Warm-up, stable, decay: the learning rate follows the share of the total time that has passed; the last 35 % decay.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import queue
import threading
import time

STARTED = time.time()
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from evaluate import evaluate, load_export
from export import export
from model import Marks, Shape, Sprout, causal, row_facts
from muon import Muon
from pool import ROW, Pool

WARM_UP, DECAY = 0.015, 0.35
RESERVE = 50  # seconds at the end of a call for evaluation, export and checkpoint


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser()
    p.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/sprout"))
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path(os.environ.get("OUT", "/tmp/sprout/out")))
    p.add_argument("--minutes", type=float, default=9)
    p.add_argument("--total-minutes", type=float, default=18)
    p.add_argument("--spent", type=float, default=0, help="seconds of this call that have gone before this program")
    p.add_argument("--init", type=pathlib.Path, help="an exported model to go on from where the checkpoint is lost")
    p.add_argument("--init-minutes", type=float, default=9, help="how many of the total minutes that model has had")
    p.add_argument("--rows", type=int, default=256, help="rows of 1024 tokens a step")
    p.add_argument("--muon-lr", type=float, default=0.02)
    p.add_argument("--adam-lr", type=float, default=3e-3)
    p.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    p.add_argument("--attention", choices=("flex", "causal"), default="flex")
    p.add_argument("--no-compile", action="store_true")
    p.add_argument("--steps", type=int, default=0, help="stop after so many steps (tests)")
    p.add_argument("--evaluate-every", type=float, default=170, help="seconds")
    p.add_argument("--smoke", action="store_true", help="a first short run: few problems in the evaluation")
    return p.parse_args()


class Loss(nn.Module):
    """The weighted loss of packed rows. With "flex", attention stays within each document."""

    def __init__(self, model: Sprout, marks: Marks, attention: str, rows: int, device: str) -> None:
        super().__init__()
        self.model, self.marks, self.attention = model, marks, attention
        #: Written in place, so that the mask function and all it captures stay the same objects for the compiler.
        self.register_buffer("documents", torch.zeros(rows, ROW, dtype=torch.int32, device=device), persistent=False)
        if attention == "flex":
            from torch.nn.attention.flex_attention import flex_attention

            documents = self.documents
            self.same = lambda b, h, q, k: (q >= k) & (documents[b, q] == documents[b, k])
            self.flex = flex_attention

    def prepared(self, ids: Tensor) -> tuple:
        """What `forward` takes, made outside the compiled part."""
        documents, positions, targets, weights = row_facts(ids, self.marks)
        mask = None
        if self.attention == "flex":
            from torch.nn.attention.flex_attention import create_block_mask

            self.documents.copy_(documents)
            mask = create_block_mask(self.same, len(ids), None, ROW, ROW, device=ids.device)
        return ids, positions, targets, weights, mask

    def forward(self, ids: Tensor, positions: Tensor, targets: Tensor, weights: Tensor, mask=None) -> Tensor:  # noqa: ANN001
        attend = causal
        if mask is not None:
            attend = lambda q, k, v: self.flex(q, k, v, block_mask=mask, enable_gqa=True)  # noqa: E731
        logits = self.model.logits(self.model.hidden(ids, positions, attend))
        losses = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), reduction="none")
        weights = weights.flatten()
        return (losses * weights).sum() / weights.sum()


@torch.no_grad()
def reference_loss(model: Sprout, ids: Tensor, marks: Marks, within: bool) -> float:
    """The same loss with dense attention in f32, a few rows at a time."""
    total = weight = 0.0
    for part in ids.split(8):
        documents, positions, targets, weights = row_facts(part, marks)
        allowed = (documents[:, :, None] == documents[:, None, :]) if within else torch.ones(len(part), ROW, ROW, dtype=torch.bool, device=ids.device)
        allowed = allowed.tril()[:, None]
        attend = lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=allowed, enable_gqa=True)  # noqa: B023, E731
        logits = model.logits(model.hidden(part, positions, attend))
        losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        total += float((losses * weights.flatten()).sum())
        weight += float(weights.sum())
    return total / weight


def build_loss(args: argparse.Namespace, model: Sprout, marks: Marks, ids: Tensor, device: str):  # noqa: ANN201
    """The fastest form that works here, found by trying: forward, backward and agreement with the dense reference."""
    forms = [(args.attention, not args.no_compile), ("causal", not args.no_compile), ("causal", False)]
    for attention, compiled in forms:
        try:
            loss = Loss(model, marks, attention, len(ids), device)
            run = torch.compile(loss) if compiled else loss
            with torch.autocast(device, dtype=torch.bfloat16):
                value = run(*loss.prepared(ids))
            value.backward()
            got, want = float(value.detach()), reference_loss(model, ids, marks, attention == "flex")
            finite = all(p.grad is None or bool(p.grad.isfinite().all()) for p in model.parameters())
            model.zero_grad(set_to_none=True)
            print(f"attention {attention}, compiled {compiled}: loss {got:.4f}, dense reference {want:.4f}, gradients finite: {finite}", flush=True)
            if finite and abs(got - want) < 0.05 * max(1.0, want):
                return loss, run
        except Exception as error:  # noqa: BLE001 - try the next form
            print(f"attention {attention}, compiled {compiled} does not work: {type(error).__name__}: {str(error)[:300]}", flush=True)
            model.zero_grad(set_to_none=True)
    raise SystemExit("no form of the training step works")


def optimisers(args: argparse.Namespace, model: Sprout) -> list[torch.optim.Optimizer]:
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = Muon(matrices, lr=args.muon_lr, momentum=0.95, weight_decay=0.02)
    adam = torch.optim.AdamW(others, lr=args.adam_lr, betas=(0.9, 0.95), eps=1e-10, weight_decay=0.0)
    for made in (muon, adam):
        for group in made.param_groups:
            group["base_lr"] = group["lr"]
    return [muon, adam]


def rate(share: float) -> float:
    """The factor on the learning rates after this share of the total time."""
    if share < WARM_UP:
        return max(0.02, share / WARM_UP)
    return 1.0 if share < 1 - DECAY else max(0.0, (1 - share) / DECAY) * 0.99 + 0.01


def prefetched(pool: Pool, rows: int, device: str):  # noqa: ANN201
    ready: queue.Queue = queue.Queue(maxsize=6)

    def fill() -> None:
        for batch in pool.batches(rows):
            tensor = torch.from_numpy(batch.astype("int32"))
            ready.put(tensor.pin_memory() if device == "cuda" else tensor)

    threading.Thread(target=fill, daemon=True).start()
    while True:
        yield ready.get(timeout=240).to(device, non_blocking=True).long()


class Trainer:
    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(1)
        torch.set_float32_matmul_precision("high")
        self.tokenizer_folder = args.work / "tokenizer"
        self.tokenizer = Tokenizer.from_file(str(self.tokenizer_folder / "tokenizer.json"))
        self.marks = Marks(*(self.tokenizer.token_to_id(t) for t in ("<|endoftext|>", "<|fim_middle|>", "<|fim_pad|>")))
        self.model = Sprout(Shape()).to(self.device)
        self.optimisers = optimisers(args, self.model)
        self.step, self.tokens, self.before, self.calls = 0, 0, 0.0, 0
        self.checkpoint = args.work / "checkpoint.pt"
        self.resume()
        args.out.mkdir(parents=True, exist_ok=True)
        self.log_file = (args.out / "train.jsonl").open("a")
        calls = max(1, round(args.total_minutes / args.minutes))
        self.horizon = args.total_minutes * 60 - calls * RESERVE
        self.deadline = args.minutes * 60 - args.spent - RESERVE
        self.pool = Pool(args.work / "pool", self.tokenizer_folder, args.work / "real.json", f"call{self.calls}", args.workers)

    def resume(self) -> None:
        if self.checkpoint.exists():
            kept = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
            self.model.load_state_dict(kept["model"])
            for made, state in zip(self.optimisers, kept["optimisers"]):
                made.load_state_dict(state)
            self.step, self.tokens, self.before, self.calls = kept["step"], kept["tokens"], kept["elapsed"], kept["calls"]
            print(f"resumed at step {self.step}, {self.before:.0f} s, {self.tokens / 1e6:.0f} M tokens", flush=True)
        elif self.args.init:
            self.model.load_state_dict(load_export(self.args.init).state_dict())
            self.before, self.calls = self.args.init_minutes * 60 - RESERVE, 1
            print(f"went on from the export {self.args.init}, without optimiser state", flush=True)

    def save(self) -> None:
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save({
            "model": self.model.state_dict(), "optimisers": [o.state_dict() for o in self.optimisers],
            "step": self.step, "tokens": self.tokens, "elapsed": self.elapsed(), "calls": self.calls + 1,
        }, temporary)
        temporary.rename(self.checkpoint)
        export(self.model, self.tokenizer_folder, self.args.out / "sprout")

    def elapsed(self) -> float:
        return self.before + self.args.spent + time.time() - STARTED

    def log(self, **facts: object) -> None:
        self.log_file.write(json.dumps({"seconds": round(self.elapsed(), 1), "step": self.step, **facts}) + "\n")
        self.log_file.flush()

    def evaluate(self, how_many: int, samples: int) -> None:
        began = time.time()
        try:
            self.model.eval()
            context = torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.device == "cuda")
            with torch.no_grad(), context:
                report = evaluate(self.model, self.tokenizer, how_many, samples)
            for kind, facts in report.items():
                print(f"  {kind}: " + ", ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in facts.items()), flush=True)
            self.log(evaluation=report)
        except Exception as error:  # noqa: BLE001 - an evaluation never ends the training
            print(f"  evaluation failed: {type(error).__name__}: {str(error)[:400]}", flush=True)
        finally:
            self.model.train()
            if self.device == "cuda":
                torch.cuda.empty_cache()
            print(f"  evaluation took {time.time() - began:.0f} s", flush=True)

    def run(self) -> None:
        args = self.args
        how_many, samples = (8, 4) if args.smoke else (60, 16)
        batches = prefetched(self.pool, args.rows, self.device)
        print(f"{sum(p.numel() for p in self.model.parameters())} parameters on {self.device}, {args.workers} data workers", flush=True)
        first = next(batches)
        print(f"first batch after {time.time() - STARTED:.0f} s; {float((first == self.marks.pad).float().mean()):.2%} padding, {int((first == self.marks.end).sum()) / first.shape[0]:.2f} documents a row", flush=True)
        loss, compiled = build_loss(args, self.model, self.marks, first, self.device)
        print(f"the step is ready after {time.time() - STARTED:.0f} s", flush=True)
        total, since, since_step, evaluated = torch.zeros((), device=self.device), time.time(), self.step, time.time()
        for ids in batches:
            share = self.elapsed() / self.horizon
            if time.time() - STARTED > self.deadline or share >= 1 or (args.steps and self.step >= args.steps):
                break
            factor = rate(share)
            for made in self.optimisers:
                for group in made.param_groups:
                    group["lr"] = group["base_lr"] * factor
            inputs = loss.prepared(ids)
            with torch.autocast(self.device, dtype=torch.bfloat16):
                value = compiled(*inputs)
            value.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for made in self.optimisers:
                made.step()
            self.model.zero_grad(set_to_none=True)
            total += value.detach()
            self.step += 1
            self.tokens += ids.numel()
            if self.step % (10 if args.smoke else 50) == 0:
                mean, steps = float(total), self.step - since_step
                speed = steps * ids.numel() / (time.time() - since)
                print(f"step {self.step} {self.elapsed():.0f} s loss {mean / steps:.4f} lr x{factor:.3f} {speed / 1e6:.2f} M tokens/s, {self.tokens / 1e6:.0f} M tokens, {len(self.pool.seen)} shards, {self.pool.reused} reused", flush=True)
                self.log(loss=mean / steps, rate=factor, tokens=self.tokens, tokens_per_second=round(speed))
                if mean != mean:
                    raise SystemExit("the loss is not a number; the last checkpoint stands")
                total, since, since_step = torch.zeros((), device=self.device), time.time(), self.step
            left = self.deadline - (time.time() - STARTED)
            if not args.smoke and time.time() - evaluated > args.evaluate_every and left > 60:
                self.save()
                self.evaluate(30, 8)
                evaluated = since = time.time()
                total, since_step = torch.zeros((), device=self.device), self.step
        self.pool.close()
        self.save()
        self.evaluate(how_many, samples)
        self.log(finished=True, tokens=self.tokens)


if __name__ == "__main__":
    Trainer(arguments()).run()
