"""Small typed operations that can be chained: "the sum of the squares of the even numbers in nums".

An operation is data: how it reads as a noun phrase around `{x}`, how it reads as a step, and how it is written in
Python and TypeScript. Four kinds:

    keep    a condition on one element `{e}` of a list or one character of a string
    each    an expression of one element `{e}`
    whole   an expression of the whole value `{x}`
    fold    as `whole`, from a sequence to one value, and with a loop: a start value and a statement on `{a}` and `{e}`

`{g}` in a Python template stands where a bare generator may stand. `{k}` is a parameter: a constant out of `ks`, or an
extra argument of the function. Every operation is total: no input of its type makes it fail.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

INT, STR, BOOL, INTS, STRS = "int", "str", "bool", "list[int]", "list[str]"
ELEMENT = {INTS: INT, STRS: STR, STR: STR}


@dataclass(frozen=True)
class Op:
    id: str
    kind: str
    takes: str
    gives: str
    #: Part of a function name, and a local's name where the result is a sequence.
    short: str
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    py: str
    ts: str
    #: Start value and loop statement of a fold, in Python and in TypeScript.
    start: str = ""
    py_step: str = ""
    ts_step: str = ""
    ks: tuple[int, ...] = ()
    #: A sentence about the empty case.
    note: str = ""
    #: Only sensible as the first operation, on a small argument.
    first: bool = False

    @property
    def repeats_input(self) -> bool:
        """Whether `{x}` must be a name, because it is used twice."""
        return len(re.findall(r"\{[xg]\}", self.py)) > 1 or self.ts.count("{x}") > 1

    def phrase(self, template: str, x: str = "", k: str = "") -> str:
        return template.replace("{x}", x).replace("{k}", k)


OPS: dict[str, Op] = {}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def op(kind: str, takes: str, gives: str) -> Callable[..., None]:
    """A function that registers operations of one kind and type: (short, nouns, verbs, py, ts, ...)."""

    def add(short: str, nouns: str, verbs: str, py: str, ts: str, **more: object) -> None:
        id = f"ops/{takes}/{short}".replace("[", "_").replace("]", "")
        if id in OPS:
            raise ValueError(f"operation {id} is defined twice")
        OPS[id] = Op(id, kind, takes, gives, short, _split(nouns), _split(verbs), py, ts, **more)  # type: ignore[arg-type]

    return add


@lru_cache(maxsize=None)
def python_function(id: str, k: int) -> Callable:
    """The operation as a Python function, for references and expected values."""
    spec = OPS[id]
    body = spec.py.replace("{k}", str(k))
    if spec.kind in ("keep", "each"):
        item = body.replace("{e}", "(v)")
        inner = f"v for v in x if {item}" if spec.kind == "keep" else f"{item} for v in x"
        body = f"''.join({inner})" if spec.gives == STR else f"[{inner}]"
    return eval("lambda x: " + body.replace("{x}", "(x)").replace("{g}", "x"), {"math": math})  # noqa: S307 - our own table


def load_ops() -> dict[str, Op]:
    import ops_numbers  # noqa: F401 - registers its operations
    import ops_texts  # noqa: F401

    return OPS
