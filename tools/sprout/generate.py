"""An endless stream of training documents in Sprout's dialect, from a seed.

    [<|repo_name|>NAME\\n]? (<|file_sep|>TEST PATH\\n TESTS)? <|file_sep|>PATH\\n
    <|fim_prefix|>PREFIX<|fim_suffix|>SUFFIX<|fim_middle|>MIDDLE<|endoftext|>

    python3 tools/sprout/generate.py [HOW_MANY] [SEED]      prints samples
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import compositions
from family import Family, camel, load_families
from render import Habits, Rendered, python_tests, rendered, typescript_tests
from splits import family_is_held
from tasks import PYTHON, TYPESCRIPT, Task, from_chain, from_family

FAMILY_SHARE = 0.65
BODY, LINE, SPAN = 0.70, 0.14, 0.13  # the rest: plain documents
REAL_SHARE = 0.12
APPROACH_SHARE = 0.30
REPOSITORIES = "katas text-tools toolbox snippets exercises data-utils playground puzzles algorithms practice mini-lib helpers string-kit number-kit common core app".split()
STEMS = "utils helpers main solution tools core lib functions exercises functional ops calc common basics misc module kata".split()
DIRECTORIES = ("src/", "src/", "src/", "src/", "", "lib/", "app/", "src/utils/", "src/lib/", "examples/", "pkg/")
MODULE_DOCS = ("Small helpers.", "Assorted utilities.", "Functions on {t}.", "{T} utilities.", "Helpers for {t}.", "Exercises: {t}.", "A few functions about {t}.")


def training_families() -> list[Family]:
    return [f for f in load_families().values() if not family_is_held(f)]


class Generator:
    def __init__(self, seed: object, real: list[tuple[str, str]] | None = None) -> None:
        self.rng = random.Random(f"sprout {seed}")
        self.families = training_families()
        #: (path, text) of permissively licensed files.
        self.real = real or []

    def task(self, language: str, approach: str | None = None) -> Task:
        rng = self.rng
        while True:
            if rng.random() < FAMILY_SHARE:
                return from_family(rng.choice(self.families), language, rng, approach=approach)
            made = from_chain(compositions.draw(rng, held=False), language, rng, approach=approach)
            if made is not None:
                return made

    def file(self) -> tuple[Task, Rendered, str, str, list[Rendered], Habits]:
        """The function to write, and the text before and after it."""
        rng = self.rng
        language = PYTHON if rng.random() < 0.54 else TYPESCRIPT
        approach = rng.choice(("one expression", "an explicit loop", "step by step")) if rng.random() < 0.2 else None
        task = self.task(language, approach)
        habits = Habits.draw(language, rng)
        main = rendered(task, habits, rng)
        used = {task.name}
        others: list[Rendered] = []
        for _ in range(rng.choices((0, 1, 2, 3), (0.42, 0.32, 0.18, 0.08))[0] + rng.choices((0, 1, 2), (0.62, 0.28, 0.10))[0]):
            other = self.task(language)
            if other.name not in used:
                used.add(other.name)
                others.append(rendered(other, habits, rng, stub=rng.random() < 0.35))
        cut = rng.randint(0, len(others)) if others else 0
        before, after = others[:cut], others[cut:]
        head = self.head(task, [task, *(o.task for o in others)], habits)
        gap = "\n\n" if language == PYTHON else "\n"
        prefix = head + "".join(o.text() + gap for o in before) + main.above
        suffix = main.below + "".join(gap + o.text() for o in after)
        return task, main, prefix, suffix, others, habits

    def head(self, task: Task, tasks: list[Task], habits: Habits) -> str:
        rng = self.rng
        topic = task.topic.replace("_", " ").split(" ")[-1]
        text = ""
        if rng.random() < 0.16:
            line = rng.choice(MODULE_DOCS).replace("{t}", topic).replace("{T}", topic.capitalize())
            text = f'"""{line}"""\n\n' if task.language == PYTHON else f"// {line}\n\n"
        if task.language != PYTHON:
            return text
        lines = sorted({line for t in tasks for line in t.imports})
        if rng.random() < 0.04:
            lines = sorted({*lines, rng.choice(("import re", "import math", "import sys", "import itertools"))})
        if rng.random() < 0.06:
            lines = ["from __future__ import annotations", *lines]
        return text + ("\n".join(lines) + "\n\n\n" if lines else "\n" if text else "")

    def paths(self, task: Task, habits: Habits) -> tuple[str, str, str]:
        """Source path, test path, and how the tests import the source."""
        rng = self.rng
        topic = task.topic.split("_")[-1]
        stem = rng.choice((topic, task.name, rng.choice(STEMS), rng.choice(STEMS)))
        folder = rng.choice(DIRECTORIES)
        if task.language == PYTHON:
            module = rng.choice((folder.replace("/", ".") + stem, folder.replace("/", ".") + stem, stem))
            return f"{folder}{stem}.py", rng.choice(("tests/test_", "tests/test_", "test_", "test/test_")) + f"{stem}.py", module
        stem = camel(stem)
        ending = ".ts" if habits.typed else rng.choice((".js", ".js", ".mjs"))
        imported = f"../{folder}{stem}" + (ending if rng.random() < 0.75 else "")
        return f"{folder}{stem}{ending}", rng.choice((f"test/{stem}.test{ending}", f"tests/{stem}.test{ending}", f"test/{stem}.test{ending}")), imported

    def header(self, task: Task, others: list[Rendered], habits: Habits) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < 0.25:
            return ""
        path, test_path, module = self.paths(task, habits)
        text = f"<|repo_name|>{rng.choice(REPOSITORIES)}\n" if rng.random() < 0.25 else ""
        if roll < 0.68:
            tested = [task] + ([o.task for o in others if rng.random() < 0.7] if rng.random() < 0.3 else [])
            rng.shuffle(tested)
            write = python_tests if task.language == PYTHON else typescript_tests
            text += f"<|file_sep|>{test_path}\n" + write(tested, module, rng, double=rng.random() < 0.3)
        return text + f"<|file_sep|>{path}\n"

    def document(self) -> str:
        rng = self.rng
        if self.real and rng.random() < REAL_SHARE:
            return self.real_document()
        task, main, prefix, suffix, others, habits = self.file()
        header = self.header(task, others, habits)
        roll = rng.random()
        middle = main.body
        if roll < BODY:
            if rng.random() < APPROACH_SHARE:
                mark = "#" if task.language == PYTHON else "//"
                middle = f"{habits.indent}{mark} Approach: {task.body[0]}.\n{middle}"
            if rng.random() < 0.06:
                suffix = suffix[: max(2, rng.randint(0, len(suffix)))] if suffix else ""
            return fim(header, prefix, suffix, middle)
        text = prefix + middle + suffix
        if roll < BODY + LINE:
            return fim(header, *line_of(text, rng, len(prefix), len(prefix) + len(middle)))
        if roll < BODY + LINE + SPAN:
            return fim(header, *span_of(text, rng, len(prefix), len(prefix) + len(middle)))
        path = self.paths(task, habits)[0]
        return f"<|file_sep|>{path}\n{text}<|endoftext|>"

    def real_document(self) -> str:
        rng = self.rng
        path, text = rng.choice(self.real)
        header = f"<|file_sep|>{path}\n" if rng.random() < 0.7 else ""
        roll = rng.random()
        if roll < 0.3:
            return f"<|file_sep|>{path}\n{text}<|endoftext|>"
        part = line_of if roll < 0.55 else span_of
        return fim(header, *part(text, rng, 0, len(text)))

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self.document()


def fim(header: str, prefix: str, suffix: str, middle: str) -> str:
    return f"{header}<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>{middle}<|endoftext|>"


def line_of(text: str, rng: random.Random, low: int, high: int) -> tuple[str, str, str]:
    """Prefix, suffix, middle, where the middle is the rest of one line, mostly of the part low..high."""
    if rng.random() < 0.15:
        low, high = 0, len(text)
    starts = [low + i for i in range(high - low) if (low + i == 0 or text[low + i - 1] == "\n") and text[low + i] not in "\n"]
    start = rng.choice(starts or [0])
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    cut = rng.randint(first, max(first, end - 1)) if rng.random() < 0.8 else start
    return text[:cut], text[end:], text[cut:end]


def span_of(text: str, rng: random.Random, low: int, high: int) -> tuple[str, str, str]:
    """Prefix, suffix, middle, where the middle is a run of characters or of whole lines that touches low..high."""
    start = rng.randint(low, max(low, high - 1))
    end = min(len(text), start + rng.choice((rng.randint(1, 40), rng.randint(20, 240))))
    if rng.random() < 0.5:
        start = text.rfind("\n", 0, start) + 1
        end = text.find("\n", max(end - 1, start)) + 1 or len(text)
    return text[:start], text[end:], text[start:end]


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    stream = iter(Generator(sys.argv[2] if len(sys.argv) > 2 else 0))
    for _ in range(how_many):
        print(next(stream), end="\n\n" + "=" * 80 + "\n")
