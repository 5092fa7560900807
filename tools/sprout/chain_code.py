"""Writes a chain of operations as code: one expression, step by step, or with an explicit loop.

A link is (operation, k) with k already written as code: a constant or an argument's name.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from family import camel
from ops import BOOL, ELEMENT, INT, INTS, STR, STRS, Op

Link = tuple[Op, str]
ATOM = re.compile(r"[\w.]*(\w|\([^()]*\)|\[[^\[\]]*\]|'[^']*')+(\.\w+|\([^()]*\)|\[[^\[\]]*\])*")
VARIABLES = {INT: "n x v num value", STR: "w s word item entry", "char": "c ch char"}
RESULTS = {INTS: "result values kept output res", STRS: "result output found res", STR: "result text_out output res", INT: "total result answer res", BOOL: "result answer"}
PLAIN = {"result", "total"}


class Unfit(Exception):
    """This chain has no good form in the asked style."""


def atom(expression: str) -> str:
    """The expression, in parentheses unless it binds as tightly as a name."""
    if ATOM.fullmatch(expression) or balanced_call(expression):
        return expression
    return f"({expression})"


def balanced_call(expression: str) -> bool:
    """Whether the text is one name, call or bracket chain, however deeply nested."""
    depth = 0
    quote = ""
    for ch in expression:
        if quote:
            quote = "" if ch == quote else quote
        elif ch in "'\"":
            quote = ch
        elif ch in "([{":
            depth += 1
        elif ch in ")]}":
            depth -= 1
        elif depth == 0 and not (ch.isalnum() or ch in "_."):
            return False
    return not expression[:1].isdigit() and not re.match(r"(lambda|not)\b", expression)


def put(template: str, slot: str, expression: str) -> str:
    """Fills a slot; bare where brackets or commas already delimit it, as an atom elsewhere."""
    text = template
    for match in reversed(list(re.finditer(re.escape("{" + slot + "}"), template))):
        before, after = template[: match.start()], template[match.end() :]
        delimited = before.endswith(("(", "[", ", ", "...")) and after.startswith((")", "]", ","))
        text = text[: match.start()] + (expression if delimited else atom(expression)) + text[match.end() :]
    return text


def element_variable(rng: random.Random, takes: str, taken: set[str]) -> str:
    kind = "char" if takes == STR else ELEMENT[takes]
    return next(name for name in rng.sample(VARIABLES[kind].split(), 3) + ["elem"] if name not in taken)


@dataclass
class Stream:
    """Elements on their way: `item for var in source if conditions`."""

    source: str
    var: str
    item: str
    conditions: list[str]

    def comprehension(self) -> str:
        tests = "".join(f" if {c}" for c in [" and ".join(self.conditions)] if c)
        return f"{self.item} for {self.var} in {self.source}{tests}"


def advance(stream: Stream, link: Link, language: str) -> bool:
    """Adds a `keep` or `each` to the stream; False where the element is already too complex to be put in twice."""
    spec, k = link
    template = (spec.py if language == "python" else spec.ts).replace("{k}", k)
    if stream.item != stream.var and (spec.takes == STR or template.count("{e}") > 1 or len(stream.item) > 18):
        return False
    text = put(template, "e", stream.item)
    if spec.kind == "keep":
        stream.conditions.append(text)
    else:
        stream.item = text
    return True


def python_expression(links: list[Link], x: str, rng: random.Random, taken: set[str]) -> str:
    expression: str | None = x
    stream: Stream | None = None
    text = False

    def closed() -> str:
        if stream is None:
            return expression  # type: ignore[return-value]
        return f"''.join({stream.comprehension()})" if text else f"[{stream.comprehension()}]"

    for spec, k in links:
        if spec.kind in ("keep", "each"):
            if stream is not None and (text != (spec.takes == STR) or not advance(stream, (spec, k), "python")):
                expression = closed() if text else f"({stream.comprehension()})"
                stream = None
            if stream is None:
                var = element_variable(rng, spec.takes, taken)
                source = f"({expression})" if " if " in expression and not balanced_call(expression) else expression
                stream, text = Stream(source, var, var, []), spec.takes == STR
                advance(stream, (spec, k), "python")
            continue
        template = spec.py.replace("{k}", k)
        if spec.repeats_input and (stream is not None or not expression.isidentifier()):
            raise Unfit
        if stream is not None and "{g}" in template and not text:
            expression = template.replace("{g}", stream.comprehension() if template.count("({g})") else closed())
            if template.startswith("sorted(") and "({g})" not in template:
                expression = template.replace("{g}", closed())
        else:
            expression = put(put(template, "x", closed()), "g", closed())
        stream, text = None, False
    return closed()


def typescript_expression(links: list[Link], x: str, rng: random.Random, taken: set[str]) -> str:
    expression, characters = x, ""
    for spec, k in links:
        template = spec.ts.replace("{k}", k)
        if spec.kind in ("keep", "each"):
            if characters == "mapped":  # an element may by now be several characters
                expression, characters = f"{expression}.join('')", ""
            if spec.takes == STR and not characters:
                expression, characters = f"[...{expression}]", "plain"
            var = element_variable(rng, spec.takes, taken)
            method = "filter" if spec.kind == "keep" else "map"
            if characters and spec.gives == STR and method == "map":
                characters = "mapped"
            call = template.replace("{e}", var)
            if call == f"String({var})":
                expression = f"{atom(expression)}.map(String)"
            else:
                expression = f"{atom(expression)}.{method}(({var}) => {call.strip('()') if call.count('(') == 1 and call[0] == '(' and call[-1] == ')' else call})"
            continue
        if characters:
            expression, characters = f"{expression}.join('')", ""
        if spec.repeats_input and not expression.isidentifier():
            raise Unfit
        expression = put_typescript(template, expression, spec.takes)
    return f"{expression}.join('')" if characters else expression


def put_typescript(template: str, x: str, takes: str) -> str:
    if takes != STR and (template == "[...{x}]" or template.startswith("[...{x}].")):
        fresh = re.match(r".*\.(filter|map|slice)\(", x) and x.endswith(")")
        if fresh and template.startswith("[...{x}]."):  # the array is our own, it may be sorted in place
            return x + template[len("[...{x}]") :]
    return put(template, "x", x)


def expression(links: list[Link], x: str, language: str, rng: random.Random, taken: set[str]) -> str:
    write = python_expression if language == "python" else typescript_expression
    return write(links, x, rng, taken)


def one_expression(links: list[Link], x: str, language: str, rng: random.Random, taken: set[str]) -> str:
    end = ";" if language == "typescript" else ""
    return f"return {expression(links, x, language, rng, taken)}{end}"


def local_name(link: Link, rng: random.Random, taken: set[str], language: str) -> str:
    spec = link[0]
    options = RESULTS[spec.gives].split()
    rng.shuffle(options)
    if spec.gives in (INTS, STRS) and rng.random() < 0.6 or rng.random() < 0.25:
        options.insert(0, spec.short)
    shadow = {"sum", "max", "min", "first", "last", "sorted", "len"}
    name = next((o for o in options if o not in taken and o not in shadow), f"{spec.short}_{len(taken)}")
    taken.add(name)
    return camel(name) if language == "typescript" else name


def step_by_step(links: list[Link], x: str, language: str, rng: random.Random, taken: set[str]) -> str:
    if len(links) < 2:
        raise Unfit
    taken = set(taken)
    cuts = [i for i in range(1, len(links)) if rng.random() < 0.75] or [len(links) - 1]
    lines, start, current = [], 0, x
    declare, end = ("", "") if language == "python" else ("const ", ";")
    for cut in [*cuts, len(links)]:
        part = links[start:cut]
        pieces = [part]
        if any(spec.repeats_input for spec, _ in part[1:]):
            pieces = [[link] for link in part]
        for piece in pieces:
            written = expression(piece, current, language, rng, taken)
            if cut == len(links) and piece is pieces[-1] and rng.random() < 0.8:
                lines.append(f"return {written}{end}")
                return "\n".join(lines)
            current = local_name(piece[-1], rng, taken, language)
            lines.append(f"{declare}{current} = {written}{end}")
        start = cut
    lines.append(f"return {current}{end}")
    return "\n".join(lines)


def explicit_loop(links: list[Link], x: str, language: str, rng: random.Random, taken: set[str]) -> str:
    taken = set(taken)
    runs = [i for i, (spec, _) in enumerate(links) if spec.kind in ("keep", "each") or spec.start]
    if not runs:
        raise Unfit
    first = runs[0]
    source = expression(links[:first], x, language, rng, taken)
    text = links[first][0].takes == STR
    var = element_variable(rng, links[first][0].takes, taken)
    taken.add(var)
    python = language == "python"
    indent = "    " if python else "  "
    end = "" if python else ";"
    stream, inner, position = Stream(source, var, var, []), [], first
    nested: list[tuple[str, str]] = []
    while position < len(links) and links[position][0].kind in ("keep", "each"):
        spec = links[position][0]
        if position > first and (spec.takes == STR) != text:
            break
        if text and stream.item != stream.var:
            break
        if not advance(stream, links[position], language):
            name = element_variable(rng, spec.takes, taken)
            taken.add(name)
            nested.append((" and ".join(stream.conditions) if python else " && ".join(stream.conditions), f"{'' if python else 'const '}{name} = {stream.item}{end}"))
            stream = Stream(source, name, name, [])
            advance(stream, links[position], language)
        position += 1
    fold = position < len(links) and bool(links[position][0].start) and links[position][0].takes in (INTS, STRS) and not (text and links[position][0].takes != STR)
    if fold and position > first and links[position - 1][0].gives == STR:
        fold = False
    produced = links[position if fold else position - 1]
    result = local_name((produced[0], ""), rng, taken, language) if not fold else rng.choice([n for n in RESULTS[produced[0].gives].split() if n not in taken])
    taken.add(result)
    result = result if python else camel(result)
    if fold:
        begin = produced[0].start
        step = put((produced[0].py_step if python else produced[0].ts_step).replace("{a}", result), "e", stream.item)
        position += 1
    elif produced[0].gives == STR:
        begin, step = "''", f"{result} += {stream.item}{end}"
    else:
        begin, step = "[]", f"{result}.append({stream.item})" if python else f"{result}.push({stream.item});"
    kind = {INTS: "number", STRS: "string"}.get(produced[0].gives, "")
    declared = f"{result} = {begin}" if python else (f"const {result}: {kind}[] = [];" if begin == "[]" else f"let {result} = {begin};")
    lines = [declared, f"for {var} in {source}:" if python else f"for (const {var} of {source}) {{"]
    depth, close = 1, 1
    def test(condition: str) -> None:
        nonlocal depth, close
        if rng.random() < 0.12 and " and " not in condition and " && " not in condition:
            negated = f"not ({condition})" if python else f"!({condition})"
            lines.append(indent * depth + (f"if {negated}:" if python else f"if ({negated}) continue;"))
            if python:
                lines.append(indent * (depth + 1) + "continue")
            return
        lines.append(indent * depth + (f"if {condition}:" if python else f"if ({condition}) {{"))
        depth += 1
        close += 1
    for condition, assignment in nested:
        if condition:
            test(condition)
        lines.append(indent * depth + assignment)
    if stream.conditions:
        test((" and " if python else " && ").join(stream.conditions))
    lines += [indent * depth + line for line in step.split("\n")]
    if not python:
        lines += [indent * d + "}" for d in range(depth - 1, -1, -1)]
    rest = links[position:]
    written = result
    for i, link in enumerate(rest):
        if link[0].repeats_input and not written.isidentifier():
            name = local_name(rest[i - 1], rng, taken, language)
            lines.append(f"{'' if python else 'const '}{name} = {written}{end}")
            written = name
        written = expression([link], written, language, rng, taken)
    lines.append(f"return {written}{end}")
    return "\n".join(lines)


STYLES = {"one expression": one_expression, "step by step": step_by_step, "an explicit loop": explicit_loop}
