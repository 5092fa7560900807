"""A task is one function to write: a family or a composition with all its names chosen, for one language."""

from __future__ import annotations

import ast
import copy
import random
import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache

import compositions
from chain_code import STYLES, Unfit
from family import Family, Inputs, camel, fill
from splits import held_wording, mix_is_held

PYTHON, TYPESCRIPT = "python", "typescript"
APPROACHES = {"one expression": "one expression", "loop": "an explicit loop", "steps": "step by step"}
Case = tuple[tuple, object]


@dataclass(frozen=True)
class Task:
    id: str
    language: str
    name: str
    #: (name, type of the small type language)
    params: tuple[tuple[str, str], ...]
    returns: str
    wording: str
    #: (approach, text without indentation)
    body: tuple[str, str]
    imports: tuple[str, ...]
    cases: tuple[Case, ...]
    topic: str


def approach(body: str, language: str) -> str:
    """"one expression", "an explicit loop" or "step by step"."""
    if re.search(r"^\s*(for|while|do)\b.*[:{]$", body, re.M):
        return "an explicit loop"
    if language == PYTHON:
        single = len(ast.parse("def f():\n" + textwrap.indent(body, "    ")).body[0].body) == 1  # type: ignore[attr-defined]
    else:
        lines = body.split("\n")
        single = all(line[:1] in (" ", "}", ")", "]", ".") for line in lines[1:])
    return "one expression" if single and body.startswith("return") else "step by step"


@lru_cache(maxsize=None)
def labelled_bodies(family: Family, language: str) -> tuple[tuple[str, str], ...]:
    names = {slot: slot for slot in [*family.args, *family.locals]}
    bodies = family.py if language == PYTHON else family.ts
    return tuple((approach(fill(b, names), language), b) for b in bodies)


@lru_cache(maxsize=None)
def family_cases(family: Family) -> tuple[Case, ...]:
    """The edge cases, then random ones with as few equal outputs as possible."""
    rng = Inputs("cases " + family.id)
    space: dict = {}
    slots = {slot: slot for slot in [*family.args, *family.locals]}
    code = "\n".join(family.py_imports) + f"\ndef f({', '.join(family.args)}):\n" + textwrap.indent(fill(family.py[0], slots), "    ")
    exec(code, space)  # noqa: S102 - our own reference
    found: list[Case] = []
    for args in [*family.edges, *(family.inputs(rng) for _ in range(60))]:
        args = tuple(args)
        case = (args, space["f"](*copy.deepcopy(args)))
        if len(repr(case)) < 260 and all(repr(args) != repr(a) for a, _ in found):
            found.append(case)
    return tuple(found)


def pick_cases(cases: tuple[Case, ...], edges: int, wanted: int, rng: random.Random) -> tuple[Case, ...]:
    """Some edge cases and random ones, at most half of them with one and the same output."""
    pool = list(cases[edges:])
    rng.shuffle(pool)
    chosen = rng.sample(cases[:edges], min(edges, max(1, wanted // 3)))
    for case in pool:
        if len(chosen) >= wanted:
            break
        if sum(repr(c[1]) == repr(case[1]) for c in chosen) <= wanted // 2:
            chosen.append(case)
    return tuple(chosen)


def from_family(family: Family, language: str, rng: random.Random, held: bool = False, approach: str | None = None, n_cases: int | None = None) -> Task:
    """`held`: word it by the held-out wording (or any, if the whole family is held out); else never by that one."""
    wordings = family.wordings
    hidden = held_wording(family)
    index = hidden if held else rng.choice([i for i in range(len(wordings)) if i != hidden])
    chosen = {slot: rng.choice(options[:1] * 2 + options) for slot, (_, options) in family.args.items()}
    local = {slot: rng.choice(options[:1] + options) for slot, options in family.locals.items()}
    name = rng.choice(family.names[:1] + family.names)
    if language == TYPESCRIPT:
        name = camel(name)
        chosen = {s: camel(n) for s, n in chosen.items()}
        local = {s: camel(n) for s, n in local.items()}
    bodies = [b for b in labelled_bodies(family, language) if approach in (None, b[0])] or list(labelled_bodies(family, language))
    weights = [3 if i == 0 else 2 for i in range(len(bodies))]
    label, body = rng.choices(bodies, weights)[0]
    return Task(
        id=family.id,
        language=language,
        name=name,
        params=tuple((chosen[slot], kind) for slot, (kind, _) in family.args.items()),
        returns=family.returns,
        wording=fill(wordings[index], chosen),
        body=(label, fill(body, chosen | local)),
        imports=tuple(family.py_imports) if language == PYTHON else (),
        cases=pick_cases(family_cases(family), min(len(family.edges), len(family_cases(family))), n_cases or rng.choice((2, 3, 3, 4, 4, 5, 6, 8)), rng),
        topic=family.id.split("/")[0],
    )


def from_chain(chain: compositions.Chain, language: str, rng: random.Random, held_mix: bool = False, approach: str | None = None, n_cases: int | None = None) -> Task | None:
    """None where the chain has no case in the safe range, or no voice of the asked side."""
    voices = [v for v in compositions.VOICES if mix_is_held(v, chain.ids) == held_mix and (v != "mixed" or len(chain.ops) > 1)]
    inputs = Inputs(rng.getrandbits(64))
    wanted = n_cases or rng.choice((2, 3, 3, 4, 4, 5, 6, 8))
    found = compositions.cases(chain, inputs, wanted * 2)
    cases = pick_cases(tuple(found), 0, wanted, rng)
    if len(cases) < min(wanted, 3) or not voices:
        return None
    x = rng.choice(compositions.ARGUMENTS[chain.ops[0].takes].split())
    limit = rng.choice([n for n in compositions.LIMITS.split() if n != x])
    name = compositions.names(chain, rng)
    if language == TYPESCRIPT:
        x, limit, name = camel(x), camel(limit), camel(name)
    ks = [limit if i == chain.open else str(k) for i, k in enumerate(chain.ks)]
    params = [(x, chain.ops[0].takes)] + ([(limit, "int")] if chain.open >= 0 else [])
    links = list(zip(chain.ops, ks))
    body = None
    order = [approach] if approach else rng.choices(list(STYLES), (4, 2, 3), k=3) + list(STYLES)
    for style in [*order, *STYLES]:
        try:
            body = (style, STYLES[style](links, x, language, rng, {p for p, _ in params}))
            break
        except Unfit:
            continue
    if body is None or max(map(len, body[1].split("\n"))) > 150:
        return None
    return Task(
        id="+".join(chain.ids),
        language=language,
        name=name,
        params=tuple(params),
        returns=chain.ops[-1].gives,
        wording=compositions.word(chain, rng.choice(voices), x, ks, rng),
        body=body,
        imports=("import math",) if language == PYTHON and "math." in body[1] else (),
        cases=cases,
        topic={"s": "text", "l": "sequences", "i": "numbers"}[chain.ops[0].takes[0]],
    )
