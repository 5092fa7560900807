"""What is held out. Hashes decide, so every process and every run agrees, and training never sees a held-out thing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from family import Family

FAMILY_SHARE, SEQUENCE_SHARE, MIX_SHARE = 0.10, 0.15, 0.08


def share(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def family_is_held(family: Family) -> bool:
    """Whole families nobody trains on: "unseen families"."""
    return share("family", family.id) < FAMILY_SHARE


def held_wording(family: Family) -> int:
    """The index of the one wording of a training family that training never uses: "unseen wordings"."""
    return int(share("wording", family.id) * len(family.wordings))


def sequence_is_held(ids: Sequence[str]) -> bool:
    """Whether this very sequence of operations is drawn for the test side."""
    return len(ids) > 1 and share("sequence", *ids) < SEQUENCE_SHARE


def contains_held_sequence(ids: Sequence[str]) -> bool:
    """Whether a contiguous part of the sequence is held out: "unseen compositions"."""
    return any(
        sequence_is_held(ids[i:j]) for i in range(len(ids)) for j in range(i + 2, len(ids) + 1)
    )


def mix_is_held(voice: str, ids: Sequence[str]) -> bool:
    """Whether training never says this sequence in this voice: the compositions' share of "unseen wordings"."""
    return share("mix", voice, *ids) < MIX_SHARE
