"""What a problem family is: one small function, told in many voices, solved in Python and TypeScript.

A family is data. `$slot` stands for an argument or a local variable in wordings and in code; every rendering picks
one of the slot's names. In TypeScript names turn into camelCase.

    family(
        "strings/reverse_words",
        names="reverse_words flip_words words_backwards",
        args={"text": ("str", "text sentence line phrase s")},
        returns="str",
        locals={"words": "words parts tokens"},
        wordings=[...],   # >= 6, in different voices; $text names the argument
        py=[...],         # >= 1 function bodies, indented by 4 inside, best style first
        ts=[...],         # >= 1 function bodies, indented by 2 inside
        inputs=lambda r: (r.sentence(),),
        edges=[("",), ("one",)],
    )

Types: int float bool str, list[T], dict[str, T], tuple[A, B], T | None. Values must survive JSON unchanged, and the
Python and the TypeScript reference must return equal JSON (a tuple is an array, None is null, 2.0 equals 2).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

SLOT = re.compile(r"\$([a-z_][a-z_0-9]*)")


class Inputs(random.Random):
    """Random arguments. Kept small, so that tests read well."""

    WORDS = (
        "apple river stone cloud green table night seven amber paper light mango piano tiger ocean lemon robot level"
        " noon radar kayak hello world python basil cedar delta ember fjord grape hazel ivory jolly karma lunar"
    ).split()

    def int(self, low: int = -20, high: int = 50) -> int:
        return self.randint(low, high)

    def ints(self, low: int = -20, high: int = 50, size: tuple[int, int] = (0, 8)) -> list[int]:
        return [self.randint(low, high) for _ in range(self.randint(*size))]

    def float(self, low: float = -10, high: float = 30, digits: int = 2) -> float:
        return round(self.uniform(low, high), digits)

    def floats(self, low: float = -10, high: float = 30, size: tuple[int, int] = (1, 7), digits: int = 2) -> list[float]:
        return [self.float(low, high, digits) for _ in range(self.randint(*size))]

    def bool(self) -> bool:
        return self.random() < 0.5

    def word(self) -> str:
        return self.choice(self.WORDS)

    def words(self, size: tuple[int, int] = (0, 6)) -> list[str]:
        return [self.word() for _ in range(self.randint(*size))]

    def sentence(self, size: tuple[int, int] = (1, 6)) -> str:
        """Words with single spaces, now and then capitalised or with punctuation."""
        words = self.words(size)
        style = self.random()
        if style < 0.25:
            words = [w.capitalize() for w in words]
        text = " ".join(words)
        return text + self.choice("!?.") if text and style > 0.8 else text

    def text(self, alphabet: str, size: tuple[int, int] = (0, 10)) -> str:
        return "".join(self.choice(alphabet) for _ in range(self.randint(*size)))

    def date(self, first: int = 1995, last: int = 2030) -> str:
        """ISO 8601 calendar date, YYYY-MM-DD."""
        return f"{self.randint(first, last):04d}-{self.randint(1, 12):02d}-{self.randint(1, 28):02d}"

    def counts(self, size: tuple[int, int] = (0, 5), low: int = 0, high: int = 20) -> dict[str, int]:
        """Distinct words to integers."""
        return {w: self.randint(low, high) for w in self.sample(self.WORDS, self.randint(*size))}


@dataclass(frozen=True, eq=False)
class Family:
    id: str
    names: list[str]
    args: dict[str, tuple[str, list[str]]]
    returns: str
    wordings: list[str]
    py: list[str]
    ts: list[str]
    inputs: Callable[[Inputs], tuple]
    edges: list[tuple] = field(default_factory=list)
    locals: dict[str, list[str]] = field(default_factory=dict)
    #: Import lines the Python bodies need at the top of the file, such as "import re".
    py_imports: list[str] = field(default_factory=list)


FAMILIES: dict[str, Family] = {}


def family(
    id: str,
    *,
    names: str,
    args: dict[str, tuple[str, str]],
    returns: str,
    wordings: list[str],
    py: list[str],
    ts: list[str],
    inputs: Callable[[Inputs], tuple],
    edges: list[tuple] | None = None,
    locals: dict[str, str] | None = None,
    py_imports: list[str] | None = None,
) -> None:
    """Registers one family."""
    if id in FAMILIES:
        raise ValueError(f"family {id} is defined twice")
    FAMILIES[id] = Family(
        id=id,
        names=names.split(),
        args={slot: (kind, options.split()) for slot, (kind, options) in args.items()},
        returns=returns,
        wordings=wordings,
        py=[body.strip("\n") for body in py],
        ts=[body.strip("\n") for body in ts],
        inputs=inputs,
        edges=edges or [],
        locals={slot: options.split() for slot, options in (locals or {}).items()},
        py_imports=py_imports or [],
    )


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def fill(template: str, chosen: dict[str, str]) -> str:
    """Replaces every `$slot` by its chosen name; an unknown slot is an error."""
    return SLOT.sub(lambda match: chosen[match.group(1)], template)


def ts_type(kind: str) -> str:
    """The TypeScript spelling of a type of the small type language."""
    kind = kind.strip()
    if kind.endswith("| None"):
        return ts_type(kind[: -len("| None")]) + " | null"
    if kind.startswith("list["):
        inner = ts_type(kind[5:-1])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if kind.startswith("dict[str,"):
        return f"Record<string, {ts_type(kind[9:-1])}>"
    if kind.startswith("tuple["):
        return "[" + ", ".join(ts_type(part) for part in split_top(kind[6:-1])) + "]"
    return {"int": "number", "float": "number", "str": "string", "bool": "boolean"}[kind]


def split_top(text: str) -> list[str]:
    """Splits at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for i, ch in enumerate(text):
        depth += (ch == "[") - (ch == "]")
        if ch == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def load_families() -> dict[str, Family]:
    """Imports every module of `families/` and returns the registry, sorted by id."""
    import importlib
    import pathlib

    for path in sorted((pathlib.Path(__file__).parent / "families").glob("*.py")):
        importlib.import_module(f"families.{path.stem}")
    return dict(sorted(FAMILIES.items()))
