"""Chains of operations as problems: which chains there are, how they are worded, and their expected values."""

from __future__ import annotations

import builtins
import random
from dataclasses import dataclass

from family import Inputs
from ops import BOOL, INT, INTS, STR, STRS, Op, load_ops, python_function
from splits import contains_held_sequence, sequence_is_held

ARGUMENTS = {
    INTS: "nums numbers values xs items data arr nums_list integers a",
    STR: "text s line string sentence value phrase word",
    STRS: "words names items tokens strings parts lines labels",
    INT: "n number num x value i count",
}
LIMITS = "k limit n_max threshold bound amount m"
NOUNS = {INTS: "list of integers", STR: "string", STRS: "list of strings", INT: "integer"}
START_WEIGHTS = {INTS: 0.44, STR: 0.24, STRS: 0.2, INT: 0.12}
LENGTH_WEIGHTS = {1: 0.16, 2: 0.44, 3: 0.30, 4: 0.10}
SAFE = 2**53

BY_TYPE: dict[str, list[Op]] = {}
for _op in load_ops().values():
    BY_TYPE.setdefault(_op.takes, []).append(_op)


@dataclass(frozen=True)
class Chain:
    ops: tuple[Op, ...]
    #: The constant of each operation that has a parameter, None for the others.
    ks: tuple[int | None, ...]
    #: The index of the operation whose parameter is an argument of the function, or -1.
    open: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(o.id for o in self.ops)

    def run(self, x: object, k: int | None = None) -> object:
        for i, (o, const) in enumerate(zip(self.ops, self.ks)):
            used = k if i == self.open else const
            if o.short == "product" and 0 in x and min(x) < 0:  # type: ignore[operator, call-overload]
                raise OverflowError  # -0 in TypeScript
            x = python_function(o.id, used if used is not None else 0)(x)
            if unsafe(x):
                raise OverflowError
        return x


def unsafe(value: object) -> bool:
    """Beyond what a double counts exactly, or too long to read."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) >= SAFE
    if isinstance(value, str):
        return len(value) > 120
    return len(value) > 40 or any(unsafe(v) for v in value)  # type: ignore[arg-type, union-attr]


def walk(rng: random.Random, length: int) -> tuple[Op, ...] | None:
    kind = rng.choices(list(START_WEIGHTS), START_WEIGHTS.values())[0]
    chain: list[Op] = []
    for i in range(length):
        options = BY_TYPE.get(kind, [])
        choice = rng.choice(options) if options else None
        if choice is None or (choice.first and i > 0) or choice in chain:
            return None
        if i + 1 < length and choice.gives == BOOL:
            return None
        if length > 1 and i + 1 < length and choice.kind == "fold" and choice.gives == INT and rng.random() < 0.6:
            return None  # a number in the middle makes a dull chain
        chain.append(choice)
        kind = choice.gives
    return tuple(chain)


def draw(rng: random.Random, held: bool) -> Chain:
    """A training chain, or one whose sequence is held out."""
    while True:
        length = rng.choices(list(LENGTH_WEIGHTS), LENGTH_WEIGHTS.values())[0] if not held else rng.choice((2, 2, 3))
        ops = walk(rng, length)
        if ops is None:
            continue
        ids = [o.id for o in ops]
        if (not sequence_is_held(ids)) if held else contains_held_sequence(ids):
            continue
        ks = tuple(rng.choice(o.ks) if o.ks else None for o in ops)
        with_k = [i for i, k in enumerate(ks) if k is not None]
        opened = rng.choice(with_k) if with_k and rng.random() < 0.3 else -1
        return Chain(ops, ks, opened)


def argument(rng: Inputs, chain: Chain) -> object:
    kind = chain.ops[0].takes
    if kind == INTS:
        if chain.ops[0].first:
            return rng.ints(-2, 6, (0, 5))
        return rng.ints(*rng.choice(((-20, 50), (-9, 9), (0, 30), (1, 12))), (0, 7))
    if kind == STRS:
        return [w if rng.random() < 0.85 else rng.choice((w.capitalize(), "", w[:2], w.upper())) for w in rng.words((0, 5))]
    if kind == INT:
        return rng.int(0, 14) if chain.ops[0].first else rng.choice((rng.int(-60, 300), rng.int(0, 9999)))
    text = rng.sentence((0, 4))
    if rng.random() < 0.3:
        text += rng.choice((" 42", "7", " x1 y2", ", and 10", ","))
    return text


def cases(chain: Chain, rng: Inputs, wanted: int, distinct: bool = True) -> list[tuple[tuple, object]]:
    """Inputs with their outputs; fewer than wanted where the chain leaves the safe range too often."""
    found: list[tuple[tuple, object]] = []
    seen = set()
    for _ in range(wanted * 4):
        if len(found) == wanted:
            break
        args: tuple = (argument(rng, chain),)
        if chain.open >= 0:
            args += (rng.choice(chain.ops[chain.open].ks),)
        if distinct and repr(args) in seen:
            continue
        seen.add(repr(args))
        try:
            found.append((args, chain.run(*args)))
        except OverflowError:
            continue
    return found


def noun_phrase(chain: Chain, x: str, ks: list[str], rng: random.Random, upto: int | None = None) -> str:
    for o, k in list(zip(chain.ops, ks))[:upto]:
        x = o.phrase(rng.choice(o.nouns), x, k)
    return x


def verb_phrases(chain: Chain, ks: list[str], rng: random.Random) -> list[str]:
    return [o.phrase(rng.choice(o.verbs), k=k) for o, k in zip(chain.ops, ks)]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _steps_then(v: list[str]) -> str:
    return v[0] if len(v) == 1 else ", ".join(v[:-1]) + f", then {v[-1]}"


NOUN_VOICES = {
    "return": lambda n, x, a: f"Return {n}.",
    "returns": lambda n, x, a: f"Returns {n}.",
    "compute": lambda n, x, a: f"Compute {n}.",
    "find": lambda n, x, a: f"Get {n}.",
    "bare": lambda n, x, a: f"{upper_first(n)}.",
    "terse": lambda n, x, a: n,
    "question": lambda n, x, a: f"What is {n}?",
    "given": lambda n, x, a: f"Given {a} {x}, return {n}.",
    "casual": lambda n, x, a: f"I need {n} here.",
    "gives": lambda n, x, a: f"Gives back {n} for {a} {x}.",
    "function": lambda n, x, a: f"Function that returns {n}.",
    "todo": lambda n, x, a: f"Should return {n}",
}
STEP_VOICES = {
    "take": lambda v, x: f"Take {x}: {_steps_then(v)}.",
    "first_then": lambda v, x: "Start with " + x + ". " + (f"First {v[0]}" + "".join(f", then {s}" for s in v[1:])) + ".",
    "from": lambda v, x: f"From {x}: {'; '.join(v)}. Return the result.",
    "imperative": lambda v, x: f"{upper_first(_steps_then(v))}, starting from {x}.",
    "arrows": lambda v, x: f"{x} -> " + " -> ".join(v),
    "sentences": lambda v, x: " ".join(f"{upper_first(s)}." for s in v) + f" The input is {x}.",
    "bullets": lambda v, x: f"Work on {x} in this order:\n" + "\n".join(f"- {s}" for s in v),
    "numbered": lambda v, x: f"Steps for {x}:\n" + "\n".join(f"{i}. {upper_first(s)}." for i, s in enumerate(v, 1)),
}
VOICES = [*NOUN_VOICES, *STEP_VOICES, "mixed"]


def word(chain: Chain, voice: str, x: str, ks: list[str], rng: random.Random) -> str:
    """The chain in one voice. Only the bullet and numbered voices have more than one line."""
    kind = NOUNS[chain.ops[0].takes]
    article = rng.choice(("a ", "the ")) if kind[0] != "i" else rng.choice(("an ", "the "))
    if voice in NOUN_VOICES:
        text = NOUN_VOICES[voice](noun_phrase(chain, x, ks, rng), x, article + kind)
    elif voice in STEP_VOICES:
        text = STEP_VOICES[voice](verb_phrases(chain, ks, rng), x)
    else:
        cut = len(chain.ops) - 1
        head = noun_phrase(chain, x, ks, rng, cut)
        text = f"Take {head} and {verb_phrases(chain, ks, rng)[-1]}."
    notes = [o.note for o in chain.ops if o.note]
    if notes and "\n" not in text and rng.random() < 0.7:
        text = text.rstrip(".") + (". " if voice != "terse" else "; ") + notes[0]
    return text


def names(chain: Chain, rng: random.Random) -> str:
    """A snake_case function name."""
    shorts = [o.short for o in chain.ops]
    roll = rng.random()
    if roll < 0.45:
        name = "_".join(reversed(shorts))
    elif roll < 0.75:
        name = "_".join(shorts)
    elif roll < 0.9:
        name = rng.choice(("get_", "compute_", "find_", "make_")) + shorts[-1]
    else:
        name = rng.choice(("transform", "process", "solve", "compute", "convert", "summarize", "run_pipeline", "calculate", "evaluate"))
    if hasattr(builtins, name) or len(shorts) == 1 and name in ARGUMENTS[chain.ops[0].takes].split():
        name = f"get_{name}"  # `def sum(nums): return sum(nums)` never ends
    return name if len(name) <= 42 else "_".join(shorts[-2:])[:42].rstrip("_")
