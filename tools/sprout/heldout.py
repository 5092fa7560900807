"""The held-out problems: unseen wordings, unseen compositions of seen operations, unseen families.

    python3 tools/sprout/heldout.py [OUT.jsonl [WANTED [KIND...]]]

Writes models/sprout/heldout.jsonl, 30 of each kind and language, and checks every reference.

Needs node and the package esbuild (npm ci) for the TypeScript half.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import compositions
from family import load_families
from render import Habits, python_tests, rendered, typescript_tests
from splits import family_is_held
from tasks import PYTHON, TYPESCRIPT, Task, from_chain, from_family

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("wording", "composition", "family")
CASES = 8
STUB = {PYTHON: "raise NotImplementedError", TYPESCRIPT: "throw new Error('not implemented');"}


@dataclasses.dataclass(frozen=True)
class Problem:
    id: str
    kind: str
    task: Task
    habits: Habits
    #: The file's text before and after the body.
    prefix: str
    suffix: str
    reference: str
    path: str
    test_path: str
    tests: str

    @property
    def content(self) -> str:
        return self.prefix + self.habits.indent + STUB[self.task.language] + "\n" + self.suffix

    def line(self) -> str:
        return json.dumps({
            "id": self.id, "kind": self.kind, "language": self.task.language, "symbol": self.task.name, "source": self.task.id,
            "path": self.path, "content": self.content, "testPath": self.test_path, "testContent": self.tests, "reference": self.reference,
        })


def draw(kind: str, language: str, rng: random.Random) -> Iterator[Task]:
    families = list(load_families().values())
    held = [f for f in families if family_is_held(f)]
    seen = [f for f in families if not family_is_held(f)]
    while True:
        if kind == "composition" or (kind == "wording" and rng.random() < 0.25):
            chain = compositions.draw(rng, held=kind == "composition")
            task = from_chain(chain, language, rng, held_mix=kind == "wording", n_cases=CASES)
            if task is not None:
                yield task
        else:
            pool = held if kind == "family" else seen
            yield from_family(rng.choice(pool), language, rng, held=True, n_cases=CASES)


def telling(task: Task) -> bool:
    """Whether the cases tell a right body from a constant one."""
    outputs = {repr(out) for _, out in task.cases}
    return len(task.cases) >= 6 and len(outputs) >= (2 if task.returns == "bool" else 3)


@functools.lru_cache(maxsize=None)
def problems(kind: str, language: str, how_many: int) -> list[Problem]:
    rng = random.Random(f"heldout {kind} {language}")
    found: list[Problem] = []
    times: dict[str, int] = {}
    tries = 0
    for task in draw(kind, language, rng):
        tries += 1
        if len(found) == how_many or tries > 200 * how_many:
            return found
        often = 1 + tries // (30 * how_many)  # a source comes a second time only when there is no other
        if times.get(task.id, 0) >= often or not telling(task):
            continue
        times[task.id] = times.get(task.id, 0) + 1
        found.append(problem(f"{kind}-{language}-{len(found):02d}", kind, task, rng))
    return found


def problem(id: str, kind: str, task: Task, rng: random.Random) -> Problem:
    habits = dataclasses.replace(Habits.draw(task.language, rng), typed=True, declare="export function")
    shown = dataclasses.replace(task, cases=task.cases[:1] + task.cases[3:])  # docstring examples come from these
    main = rendered(shown, habits, rng)
    imports = "\n".join(task.imports) + "\n\n\n" if task.imports else ""
    stem = id.replace("-", "_")
    if task.language == PYTHON:
        tests = python_tests([task], f"src.{stem}", rng, plain=True)
        path, test_path = f"src/{stem}.py", f"tests/test_{stem}.py"
    else:
        tests = typescript_tests([task], f"../src/{stem}.ts", rng, plain=True)
        path, test_path = f"src/{stem}.ts", f"test/{stem}.test.ts"
    return Problem(id, kind, task, habits, imports + main.above, main.below, main.body, path, test_path, tests)


def all_problems(how_many: int = 30, kinds: tuple[str, ...] = KINDS) -> list[Problem]:
    """`how_many` of each kind and language."""
    return [p for kind in kinds for language in (PYTHON, TYPESCRIPT) for p in problems(kind, language, how_many)]


def outcome(problem: Problem, body: str, folder: pathlib.Path) -> bool:
    """Whether the problem's own tests pass with this body."""
    for path, text in ((problem.path, problem.prefix + body + problem.suffix), (problem.test_path, problem.tests)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    if problem.task.language == PYTHON:
        command = [sys.executable, "-m", "unittest", problem.test_path]
    else:
        bundle = folder / "bundle.cjs"
        built = subprocess.run([ROOT / "node_modules/.bin/esbuild", folder / problem.test_path, "--bundle", "--platform=node", "--log-level=error", f"--outfile={bundle}"], capture_output=True, text=True)
        if built.returncode:
            print(built.stderr)
            return False
        command = ["node", str(bundle)]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode == 0


def main(out: pathlib.Path, wanted: int = 30, kinds: tuple[str, ...] = KINDS) -> int:
    good: list[Problem] = []
    faults = 0
    for problem in all_problems(wanted + 3, kinds):
        if sum(p.kind == problem.kind and p.task.language == problem.task.language for p in good) == wanted:
            continue  # the three to spare replace problems whose reference fails, over -0 for instance
        with tempfile.TemporaryDirectory() as folder:
            right = outcome(problem, problem.reference, pathlib.Path(folder))
        with tempfile.TemporaryDirectory() as folder:
            stub = outcome(problem, problem.habits.indent + STUB[problem.task.language] + "\n", pathlib.Path(folder))
        if right and not stub:
            good.append(problem)
        else:
            faults += 1
            print(f"{problem.id} ({problem.task.id}): the reference {'passes' if right else 'fails'}, the stub {'passes' if stub else 'fails'}\n{problem.reference}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(p.line() + "\n" for p in good))
    counts = {kind: sum(p.kind == kind for p in good) for kind in kinds}
    print(f"{out}: {len(good)} problems {counts}, {faults} left out")
    return 0 if all(count == 2 * wanted for count in counts.values()) else 1


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(
        pathlib.Path(given[0]) if given else ROOT / "models/sprout/heldout.jsonl",
        int(given[1]) if len(given) > 1 else 30,
        tuple(given[2:]) or KINDS,
    ))
