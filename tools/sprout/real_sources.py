"""Short pieces of permissively licensed Python from the packages installed on this machine, for the look of real code.

    python3 tools/sprout/real_sources.py OUT.json CARD.json

OUT.json: [[path, text], ...]. CARD.json: which packages, their versions and licences, and how many pieces of each.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import pathlib
import random
import re
import sys

PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache)\b", re.I)
FORBIDDEN = re.compile(r"\b(A?GPL|LGPL|MPL|EUPL|Proprietary|NVIDIA)\b|General Public|Mozilla", re.I)
SHORTEST, LONGEST = 160, 2300
PER_PACKAGE, FILES_PER_PACKAGE = 1200, 300


def licence(metadata: importlib.metadata.PackageMetadata) -> str:
    """What the package's METADATA says, or "" if that is not plainly MIT, BSD or Apache."""
    said = [metadata.get("License-Expression") or "", (metadata.get("License") or "")[:80]]
    said += [c.split("::")[-1] for c in metadata.get_all("Classifier") or [] if c.startswith("License")]
    text = "; ".join(s.strip() for s in said if s.strip())
    return text.split("\n")[0] if PERMISSIVE.search(text) and not FORBIDDEN.search(text) else ""


def pieces(path: str, text: str) -> list[tuple[str, str]]:
    """The file if it is short, or its functions and classes that are."""
    if "<|" in text or not text.isascii() or len(text) > 200_000:
        return []
    if SHORTEST <= len(text) <= LONGEST:
        return [(path, text)]
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    lines = text.split("\n")
    found = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            piece = "\n".join(lines[first : node.end_lineno]) + "\n"
            if SHORTEST <= len(piece) <= LONGEST:
                found.append((path, piece))
    return found


def collect() -> tuple[list[tuple[str, str]], list[dict]]:
    rng = random.Random("real sources")
    every, card = [], []
    for package in sorted(importlib.metadata.distributions(), key=lambda d: d.name or ""):
        terms = licence(package.metadata)
        files = [f for f in package.files or [] if f.suffix == ".py" and ".." not in str(f) and "_vendor" not in str(f) and "third_party" not in str(f)]
        if not terms or not files:
            continue
        found: list[tuple[str, str]] = []
        for file in rng.sample(files, min(len(files), FILES_PER_PACKAGE)):
            try:
                found += pieces(str(file), pathlib.Path(str(file.locate())).read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError):
                continue
        found = rng.sample(found, min(len(found), PER_PACKAGE))
        if found:
            every += found
            card.append({"package": package.name, "version": package.version, "licence": terms, "pieces": len(found)})
    rng.shuffle(every)
    return every, card


if __name__ == "__main__":
    texts, packages = collect()
    pathlib.Path(sys.argv[1]).write_text(json.dumps(texts))
    pathlib.Path(sys.argv[2]).write_text(json.dumps({"packages": packages, "pieces": len(texts), "characters": sum(len(t) for _, t in texts)}, indent=1))
    print(f"{len(texts)} pieces, {sum(len(t) for _, t in texts) / 1e6:.1f} M characters of {len(packages)} packages")
