"""The columns that an expression may name: their new names, and what kind of value each holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope(Mapping[str, str]):
    """Old to new column names of one table; `kinds` has the word of each column's kind, by its old name."""

    names: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
