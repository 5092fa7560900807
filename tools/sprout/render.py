"""Tasks as source text: headers and docstrings in many habits, bodies, stubs, tests."""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass

from family import camel, ts_type
from tasks import PYTHON, Task

STUBS = {
    PYTHON: ("raise NotImplementedError", "raise NotImplementedError", "...", "pass", "raise NotImplementedError()", "pass  # TODO"),
    "typescript": ("throw new Error('not implemented');", "throw new Error('not implemented');", "// TODO", "throw new Error('Not implemented');"),
}


@dataclass(frozen=True)
class Habits:
    """How one programmer writes one file."""

    language: str
    typed: bool
    indent: str
    double_quotes: bool
    width: int
    docs: str
    declare: str
    quotes: str = '"""'

    @staticmethod
    def draw(language: str, rng: random.Random) -> Habits:
        python = language == PYTHON
        docs = ("line", "line", "line", "sections", "examples", "above", "inside") if python else ("line", "line", "tags", "tags", "examples", "above", "inside")
        return Habits(
            language=language,
            typed=rng.random() < (0.82 if python else 0.85),
            indent="    " if python or rng.random() < 0.1 else "  ",
            double_quotes=rng.random() < 0.3,
            width=rng.choice((79, 88, 100, 120)),
            docs=rng.choice(docs),
            declare=rng.choice(("export function",) * 7 + ("function", "export const", "const")),
            quotes="'''" if rng.random() < 0.03 else '"""',
        )


@dataclass(frozen=True)
class Rendered:
    """A function in three parts: `above + body + below` is its whole text."""

    task: Task
    above: str
    body: str
    below: str

    def text(self) -> str:
        return self.above + self.body + self.below


def literal(value: object, python: bool, double: bool = False) -> str:
    if python:
        text = repr(value)
        return text.replace("'", '"') if double and '"' not in text and "\\" not in text else text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str):
        text = repr(value)
        return '"' + text[1:-1] + '"' if double and text[0] == "'" and '"' not in text and "\\" not in text else text
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(v, python, double) for v in value) + "]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{k if k.isidentifier() else literal(k, python, double)}: {literal(v, python, double)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return repr(value)


def call(task: Task, args: tuple, double: bool = False) -> str:
    return f"{task.name}({', '.join(literal(a, task.language == PYTHON, double) for a in args)})"


def requote(code: str, double: bool) -> str:
    """Double quotes for single ones, where that surely changes nothing else."""
    return code if not double or any(ch in code for ch in '"\\`') else code.replace("'", '"')


def body_text(task: Task, habits: Habits) -> str:
    code = requote(task.body[1], habits.double_quotes)
    if task.language != PYTHON and habits.indent == "    ":
        code = "\n".join(" " * (len(line) - len(line.lstrip(" "))) + line for line in code.split("\n"))
    return textwrap.indent(code, habits.indent) + "\n"


def signature(task: Task, habits: Habits) -> str:
    if task.language == PYTHON:
        params = ", ".join(f"{n}: {t}" if habits.typed else n for n, t in task.params)
        return f"def {task.name}({params}){f' -> {task.returns}' if habits.typed else ''}:\n"
    params = ", ".join(f"{n}: {ts_type(t)}" if habits.typed else n for n, t in task.params)
    returns = f": {ts_type(task.returns)}" if habits.typed else ""
    if habits.declare.endswith("const"):
        return f"{habits.declare} {task.name} = ({params}){returns} => {{\n"
    return f"{habits.declare} {task.name}({params}){returns} {{\n"


def wrapped(text: str, width: int) -> list[str]:
    return [part for line in text.split("\n") for part in (textwrap.wrap(line, width, break_on_hyphens=False) or [""])]


DESCRIBE = {"int": "an integer", "float": "a number", "str": "a string", "bool": "a boolean"}


def describe(kind: str) -> str:
    if kind in DESCRIBE:
        return DESCRIBE[kind]
    if kind.endswith("| None"):
        return describe(kind[:-6].strip()) + ", or nothing"
    if kind.startswith("list["):
        return {"int": "a list of integers", "float": "a list of numbers", "str": "a list of strings", "bool": "a list of booleans"}.get(kind[5:-1], "a list")
    return "a mapping" if kind.startswith("dict") else "a pair" if kind.count(",") == 1 else "a tuple"


def python_header(task: Task, habits: Habits, rng: random.Random) -> str:
    unit, q = habits.indent, habits.quotes
    width = habits.width - 8
    head = signature(task, habits)
    lines = wrapped(task.wording, width)
    if habits.docs == "above":
        return "".join(f"# {line}".rstrip() + "\n" for line in lines) + head
    if habits.docs == "inside":
        return head + "".join(f"{unit}# {line}".rstrip() + "\n" for line in lines)
    if habits.docs == "line" and (len(lines) == 1 or rng.random() < 0.5):
        ending = q if len(lines) == 1 else f"\n{unit}{q}"
        return head + unit + q + f"\n{unit}".join(lines) + ending + "\n"
    more: list[str] = []
    if habits.docs == "sections":
        if rng.random() < 0.7:
            more = ["", "Args:", *(f"    {n}{f' ({t})' if rng.random() < 0.3 else ''}: {describe(t)}." for n, t in task.params), "", "Returns:", f"    {describe(task.returns).capitalize()}."]
        else:
            more = ["", *(f":param {n}: {describe(t)}" for n, t in task.params), f":return: {describe(task.returns)}"]
    elif habits.docs == "examples":
        more = [""] + (["Examples:"] if rng.random() < 0.3 else [])
        for args, out in task.cases[: rng.randint(1, 3)]:
            more += [f">>> {call(task, args)}"] + ([repr(out)] if out is not None else [])
    start = f"{q}{lines[0]}" if rng.random() < 0.85 else f"{q}\n{unit}{lines[0]}"
    rest = "".join("\n" + (unit + line if line else "") for line in [*lines[1:], *more])
    return f"{head}{unit}{start}{rest}\n{unit}{q}\n"


def typescript_header(task: Task, habits: Habits, rng: random.Random) -> str:
    head = signature(task, habits)
    lines = wrapped(task.wording, habits.width - 6)
    if habits.docs == "above":
        return "".join(f"// {line}".rstrip() + "\n" for line in lines) + head
    if habits.docs == "inside":
        return head + "".join(f"{habits.indent}// {line}".rstrip() + "\n" for line in lines)
    more: list[str] = []
    if habits.docs == "tags":
        kinds = not habits.typed and rng.random() < 0.6
        more += [f"@param {'{' + ts_type(t) + '} ' if kinds else ''}{n}{' - ' + describe(t) if rng.random() < 0.7 else ''}" for n, t in task.params]
        more += [f"@returns {'{' + ts_type(task.returns) + '} ' if kinds else ''}{describe(task.returns)}"]
    elif habits.docs == "examples":
        more += (["", "@example"] if rng.random() < 0.7 else [""]) + [f"{call(task, args)} // {literal(out, False)}" for args, out in task.cases[: rng.randint(1, 3)]]
    if not more and len(lines) == 1:
        return f"/** {lines[0]} */\n{head}"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in [*lines, *more]) + f" */\n{head}"


def rendered(task: Task, habits: Habits, rng: random.Random, stub: bool = False) -> Rendered:
    python = task.language == PYTHON
    above = (python_header if python else typescript_header)(task, habits, rng)
    body = habits.indent + rng.choice(STUBS[task.language]) + "\n" if stub else body_text(task, habits)
    below = "" if python else "};\n" if habits.declare.endswith("const") else "}\n"
    return Rendered(task, above, body, below)


# Tests


def python_tests(tasks: list[Task], module: str, rng: random.Random, double: bool = False, plain: bool = False) -> str:
    """A unittest file, or (not `plain`) now and then a pytest one."""
    names = ", ".join(t.name for t in tasks)
    compare = {t.name: "assertAlmostEqual" if t.returns == "float" else "assertEqual" for t in tasks}
    if not plain and rng.random() < 0.3:
        text = (["import pytest", ""] if any(t.returns == "float" for t in tasks) else []) + [f"from {module} import {names}", ""]
        for t in tasks:
            expect = lambda out: f"pytest.approx({out!r})" if t.returns == "float" else literal(out, True, double)  # noqa: B023, E731
            checks = [f"    assert {call(t, a, double)} == {expect(out)}" for a, out in t.cases]
            if rng.random() < 0.5:
                text += ["", f"def test_{t.name}():", *checks, ""]
            else:
                for i, check in enumerate(checks, 1):
                    text += ["", f"def test_{t.name}_{i}():", check, ""]
        return "\n".join(text).rstrip("\n") + "\n"
    text = ["import unittest", "", f"from {module} import {names}", ""]
    for t in tasks:
        title = camel("_" + t.name)
        text += ["", f"class {title}Test(unittest.TestCase):" if rng.random() < 0.7 else f"class Test{title}(unittest.TestCase):"]
        checks = [f"        self.{compare[t.name]}({call(t, a, double)}, {literal(out, True, double)})" for a, out in t.cases]
        if rng.random() < 0.5:
            text += [f"    def test_{rng.choice(('examples', t.name, 'values', 'cases'))}(self):", *checks, ""]
        else:
            for i, check in enumerate(checks, 1):
                text += [f"    def test_{i}(self):", check, ""]
    if plain or rng.random() < 0.5:
        text += ["", "if __name__ == '__main__':" if not double else 'if __name__ == "__main__":', "    unittest.main()"]
    return "\n".join(text).rstrip("\n") + "\n"


def typescript_tests(tasks: list[Task], module: str, rng: random.Random, double: bool = False, plain: bool = False) -> str:
    """A node:test file, or (not `plain`) now and then a vitest or jest one."""
    q = '"' if double else "'"
    node = plain or rng.random() < 0.75
    names = ", ".join(t.name for t in tasks)
    if node:
        text = [f"import test from {q}node:test{q};" if rng.random() < 0.5 or plain else f"import {{ test }} from {q}node:test{q};", f"import assert from {q}node:assert/strict{q};"]
    else:
        text = [f"import {{ expect, test }} from {q}vitest{q};"] if rng.random() < 0.6 else []
    text += [f"import {{ {names} }} from {q}{module}{q};"]

    def check(t: Task, args: tuple, out: object) -> str:
        got, want = call(t, args, double), literal(out, False, double)
        simple = t.returns in ("int", "str", "bool", "float")
        if t.returns == "float":
            return f"  assert.ok(Math.abs({got} - {want}) < 1e-9);" if node else f"  expect({got}).toBeCloseTo({want});"
        if node:
            return f"  assert.{'equal' if simple and rng.random() < 0.8 else 'deepEqual'}({got}, {want});"
        return f"  expect({got}).{'toBe' if simple else 'toEqual'}({want});"

    for t in tasks:
        lines = [check(t, a, out) for a, out in t.cases]
        label = rng.choice((t.name, t.name, f"{t.name} works", f"{t.name} on examples"))
        if rng.random() < 0.65:
            text += ["", f"test({q}{label}{q}, () => {{", *lines, "});"]
        else:
            for i, line in enumerate(lines, 1):
                text += ["", f"test({q}{t.name} {i}{q}, () => {{", line, "});"]
    return "\n".join(text) + "\n"
