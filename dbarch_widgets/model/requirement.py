"""A requirement of a regime, and what a design has of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from dbarch_widgets.model.display import Shown

Basis = Literal["verified", "secondary", "memory"]
BASES: tuple[Basis, ...] = get_args(Basis)
Verdict = Literal["gap", "partly", "seen", "not visible"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

BASIS_WORDS: dict[Basis, str] = {
    "verified": "read in the source that is named",
    "secondary": "not verified: known from others who speak of it",
    "memory": "not verified: from memory",
}


@dataclass(frozen=True)
class Requirement:
    """One thing that a regime asks for, in plain words; no legal advice.

    `regime` is its key in the intake, `regime_name` its name; `basis` says how well the wording is known.
    """

    key: str
    regime: str
    regime_name: str
    article: str
    asks: str
    source: str
    basis: Basis

    @property
    def verified(self) -> bool:
        """Whether its wording was read in the source that is named."""
        return self.basis == "verified"


@dataclass(frozen=True)
class Fulfilment(Shown):
    """A requirement held against a design: what of it is there, and what is not.

    `seen` means that the schema and the answers show it, not that the law is kept; `not visible` that no schema can show it,
    or that there is nothing in this one to hold it against; `note` then says which. `unanswered` are the paths
    of the intake's answers that it could not be judged without.
    """

    requirement: Requirement
    evidence: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    note: str = ""
    unanswered: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """`gap`, `partly`, `seen` or `not visible`."""
        if self.gaps:
            return "partly" if self.evidence else "gap"
        return "seen" if self.evidence else "not visible"


class Requirements(tuple[Fulfilment, ...], Shown):
    """A tuple of them that shows itself as a table for each regime."""

    __slots__ = ()
