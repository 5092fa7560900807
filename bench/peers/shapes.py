"""Model shapes by name, in the letters used everywhere here: L layers, D model width, H query heads, K key-value
heads, d head width, F feed-forward width, V vocabulary."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Shape:
    L: int
    D: int
    H: int
    K: int
    d: int
    F: int
    V: int
    # Whether the output head is the embedding table.
    tied: bool

    @property
    def g(self):
        """Query heads per key-value head."""
        return self.H // self.K

    @property
    def qkv(self):
        """Rows of the query, key and value projections taken as one matrix."""
        return (self.H + 2 * self.K) * self.d

    def facts(self):
        return asdict(self)


SHAPES = {
    '0.5b': Shape(L=24, D=896, H=14, K=2, d=64, F=4864, V=151936, tied=True),
    '1.5b': Shape(L=28, D=1536, H=12, K=2, d=128, F=8960, V=151936, tied=True),
    '7b': Shape(L=28, D=3584, H=28, K=4, d=128, F=18944, V=152064, tied=False),
    # For tests on a processor. Every matrix has whole 32-value blocks, as the quantised formats need.
    'tiny': Shape(L=2, D=64, H=4, K=2, d=16, F=128, V=320, tied=True),
}

ROPE_BASE = 1e6
NORM_EPSILON = 1e-6
