"""Checks every family: shape, slots, and that all its bodies agree on many inputs, Python and TypeScript alike.

    python3 tools/sprout/check_families.py [MODULE ...]

Needs node and the package esbuild (npm ci). Prints one line a fault and ends with 1 if there is any.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap

from family import SLOT, Family, Inputs, camel, fill, load_families, ts_type

ROUNDS = 40
ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPES = {"int": int, "float": (int, float), "bool": bool, "str": str}


def cases(family: Family) -> list[tuple]:
    rng = Inputs(family.id)
    found = [*family.edges, *(family.inputs(rng) for _ in range(ROUNDS))]
    return [json.loads(json.dumps(args)) for args in found]


def py_function(family: Family, body: str, name: str) -> str:
    chosen = {slot: slot for slot in [*family.args, *family.locals]}
    head = f"def {name}({', '.join(family.args)}):\n"
    return "\n".join(family.py_imports) + "\n" + head + textwrap.indent(fill(body, chosen), "    ") + "\n"


def ts_function(family: Family, body: str, name: str) -> str:
    chosen = {slot: camel(slot) for slot in [*family.args, *family.locals]}
    params = ", ".join(f"{camel(slot)}: {ts_type(kind)}" for slot, (kind, _) in family.args.items())
    return f"function {name}({params}): {ts_type(family.returns)} {{\n{textwrap.indent(fill(body, chosen), '  ')}\n}}\n"


def shape_faults(family: Family):
    if len(set(family.wordings)) < 6:
        yield f"only {len(set(family.wordings))} distinct wordings"
    if len(family.names) < 2:
        yield "fewer than 2 names"
    known = {*family.args, *family.locals}
    for text in [*family.wordings, *family.py, *family.ts]:
        for slot in SLOT.findall(text):
            if slot not in known:
                yield f"unknown slot ${slot} in {text!r}"
    for text in family.wordings:
        for slot in SLOT.findall(text):
            if slot not in family.args:
                yield f"a wording names the local ${slot}"
    for slot in family.locals:
        if not any(f"${slot}" in body for body in [*family.py, *family.ts]):
            yield f"local ${slot} is never used"
    names = [name for _, options in family.args.values() for name in options]
    names += [name for options in family.locals.values() for name in options]
    if len(names) != len(set(names)):
        yield f"two slots may get one name: {sorted(n for n in set(names) if names.count(n) > 1)}"
    reserved = {"list", "str", "int", "len", "sum", "min", "max", "set", "dict", "map", "filter", "sorted", "range", "type",
                "input", "id", "all", "any", "in", "is", "for", "new", "delete", "function", "var", "default", "lambda",
                "from", "class", "def", "switch", "case", "string", "number", "object", "abs", "round", "chr", "ord", "next",
                "iter", "hash", "bin", "hex", "zip", "reversed", "enumerate", "float", "bool", "tuple", "char", "print"} - {"char"}
    if taken := reserved.intersection(names):
        yield f"names that shadow something: {sorted(taken)}"


def python_outputs(family: Family, inputs: list) -> tuple[list | None, list[str]]:
    faults, expected = [], None
    for i, body in enumerate(family.py):
        space: dict = {}
        try:
            exec(py_function(family, body, "f"), space)
            outputs = [json.loads(json.dumps(space["f"](*json.loads(json.dumps(args))))) for args in inputs]
        except Exception as error:  # noqa: BLE001 - any fault of a body is reported
            faults.append(f"python body {i}: {type(error).__name__}: {error}")
            continue
        if expected is None:
            expected = outputs
        elif outputs != expected:
            where = next(k for k in range(len(inputs)) if outputs[k] != expected[k])
            faults.append(f"python body {i} differs on {inputs[where]}: {outputs[where]} != {expected[where]}")
    if expected is not None and len({json.dumps(v) for v in expected}) < 2:
        faults.append("every input gives the same output")
    return expected, faults


def main(modules: list[str]) -> int:
    families = [f for f in load_families().values() if not modules or f.id.split("/")[0] in modules]
    faults: list[str] = []
    jobs, source = [], []
    for family in families:
        faults += [f"{family.id}: {fault}" for fault in shape_faults(family)]
        try:
            inputs = cases(family)
            expected, more = python_outputs(family, inputs)
        except Exception as error:  # noqa: BLE001
            faults.append(f"{family.id}: {type(error).__name__}: {error}")
            continue
        faults += [f"{family.id}: {fault}" for fault in more]
        for i, body in enumerate(family.ts):
            try:
                source.append(ts_function(family, body, f"f{len(jobs)}"))
            except KeyError as error:
                faults.append(f"{family.id}: ts body {i}: unknown slot {error}")
                continue
            jobs.append({"label": f"{family.id}: ts body {i}", "inputs": inputs, "expected": expected})
    table = ", ".join(f"f{i}" for i in range(len(jobs)))
    runner = """
    const same = (a, b) => typeof a === 'number' && typeof b === 'number' ? a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
      : a && b && typeof a === 'object' && typeof b === 'object' ? Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => same(a[k], b[k])) : a === b;
    const jobs = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
    TABLE.forEach((f, i) => {
      const { label, inputs, expected } = jobs[i];
      if (!expected) return;
      for (let k = 0; k < inputs.length; k++) {
        let got;
        try { got = JSON.parse(JSON.stringify(f(...structuredClone(inputs[k])) ?? null)); } catch (error) { console.log(`${label}: ${error} on ${JSON.stringify(inputs[k])}`); return; }
        if (!same(got, expected[k])) { console.log(`${label} differs on ${JSON.stringify(inputs[k])}: ${JSON.stringify(got)} != ${JSON.stringify(expected[k])}`); return; }
      }
    });
    """.replace("TABLE", f"[{table}]")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "all.ts").write_text("\n".join(source) + runner)
        (path / "jobs.json").write_text(json.dumps(jobs))
        subprocess.run([ROOT / "node_modules/.bin/esbuild", path / "all.ts", "--log-level=error", f"--outfile={path / 'all.cjs'}"], check=True)
        run = subprocess.run(["node", path / "all.cjs", path / "jobs.json"], capture_output=True, text=True, timeout=120)
        faults += run.stdout.splitlines() + run.stderr.splitlines()
    for fault in faults:
        print(fault)
    print(f"{len(families)} families, {len(jobs)} TypeScript bodies, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
