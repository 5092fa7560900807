"""Runs random compositions in every style, in Python and in TypeScript, and compares their outputs.

    python3 tools/sprout/check_ops.py [HOW_MANY]

Needs node and the package esbuild (npm ci). Prints one line a fault and ends with 1 if there is any.
"""

from __future__ import annotations

import json
import math
import pathlib
import subprocess
import sys
import tempfile
import textwrap

from chain_code import STYLES, Unfit
from compositions import Chain, cases, draw
from family import Inputs, ts_type
from ops import OPS

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNNER = """
const jobs = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const assert = require('node:assert/strict');
TABLE.forEach((f, i) => {
  for (const [args, expected] of jobs[i].cases) {
    try { assert.deepEqual(f(...structuredClone(args)), expected); } catch (error) { console.log(`${jobs[i].label} on ${JSON.stringify(args)}: ${error.message.slice(0, 200)}`); return; }
  }
});
"""


def chains(rng: Inputs, how_many: int) -> list[Chain]:
    singles = [Chain((o,), (o.ks[0] if o.ks else None,), -1) for o in OPS.values()]
    return singles + [draw(rng, held=i % 4 == 0) for i in range(how_many)]


def main(how_many: int) -> int:
    rng = Inputs("check_ops")
    faults, source, jobs, written = [], [], [], 0
    for chain in chains(rng, how_many):
        found = cases(chain, rng, 8)
        links = [(o, "k" if i == chain.open else str(k)) for i, (o, k) in enumerate(zip(chain.ops, chain.ks))]
        params = ["xs", "k"] if chain.open >= 0 else ["xs"]
        for style, write in STYLES.items():
            label = f"{' > '.join(chain.ids)} ({style})"
            for language in ("python", "typescript"):
                try:
                    body = write(links, "xs", language, rng, set(params))
                except Unfit:
                    continue
                written += 1
                if language == "python":
                    space = {"math": math}
                    try:
                        exec(f"def f({', '.join(params)}):\n" + textwrap.indent(body, "    "), space)
                        bad = next(((a, e) for a, e in found if space["f"](*a) != e), None)
                        if bad:
                            faults.append(f"{label} on {bad[0]}: {space['f'](*bad[0])!r} != {bad[1]!r}\n{body}")
                    except Exception as error:  # noqa: BLE001 - any fault of a body is reported
                        faults.append(f"{label}: {type(error).__name__}: {error}\n{body}")
                else:
                    typed = f"xs: {ts_type(chain.ops[0].takes)}" + (", k: number" if len(params) > 1 else "")
                    source.append(f"function f{len(jobs)}({typed}): {ts_type(chain.ops[-1].gives)} {{\n{textwrap.indent(body, '  ')}\n}}\n")
                    jobs.append({"label": label, "cases": found})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "all.ts").write_text("\n".join(source) + RUNNER.replace("TABLE", "[" + ", ".join(f"f{i}" for i in range(len(jobs))) + "]"))
        (path / "jobs.json").write_text(json.dumps(jobs))
        subprocess.run([ROOT / "node_modules/.bin/esbuild", path / "all.ts", "--log-level=error", f"--outfile={path / 'all.cjs'}"], check=True)
        run = subprocess.run(["node", path / "all.cjs", path / "jobs.json"], capture_output=True, text=True, timeout=300)
        faults += run.stdout.splitlines() + run.stderr.splitlines()
    for fault in faults:
        print(fault)
    print(f"{len(OPS)} operations, {how_many} compositions, {written} bodies, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
