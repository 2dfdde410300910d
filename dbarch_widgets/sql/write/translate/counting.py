"""Sequences of another database: how far they count alike."""

from __future__ import annotations

from dbarch_widgets.model.objects import Sequence
from dbarch_widgets.model.sequences import bounds_of, usual_bounds


def counting_as(sequence: Sequence, schema: str, name: str, *, kept: bool) -> Sequence:
    """A sequence of type bigint that counts like the given one; with its bounds and its cycle where they are `kept`."""
    made = Sequence(schema, name, start=sequence.start, increment=sequence.increment)
    if not kept or (sequence.minimum, sequence.maximum, sequence.cycle) == (None, None, False):
        return made
    lowest, highest = bounds_of(sequence)
    minimum = lowest if sequence.minimum is None else sequence.minimum
    maximum = highest if sequence.maximum is None else sequence.maximum
    return usual_bounds(
        Sequence(schema, name, "bigint", made.start, made.increment, None, None, minimum, maximum, 1, sequence.cycle)
    )


def not_counted(old: Sequence, new: Sequence) -> str:
    """In words what the new sequence does not do that the old one did; empty when there is nothing."""
    lost = [f"CACHE {old.cache}"] if old.cache != 1 else []
    lost += ["CYCLE"] if old.cycle and not new.cycle else []
    lost += [f"MINVALUE {old.minimum}"] if old.minimum is not None and new.minimum is None else []
    lost += [f"MAXVALUE {old.maximum}"] if old.maximum is not None and new.maximum is None else []
    return ", ".join(lost)
