"""A review as a folder of deliverables: every part, with an index page, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from dbarch_widgets.deliverables.context import DeliveryContext
from dbarch_widgets.deliverables.page import index_html
from dbarch_widgets.deliverables.part import File, LeftOut, Part
from dbarch_widgets.deliverables.placing import check_place, place
from dbarch_widgets.deliverables.readme import readme
from dbarch_widgets.deliverables.registry import PARTS
from dbarch_widgets.model.delivered import Delivered, DeliveredFile, DeliveredPart
from dbarch_widgets.model.display import register_hand_over
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.telling import told

Progress = Callable[[str, float], None]


@told
def deliver(
    review: Review, folder: str | Path, progress: Progress | None = None, *, fix: str | None = None
) -> Delivered:
    """Writes all parts and the index page into the folder.

    Args:
        review: what is handed over.
        folder: new, empty, or one that this wrote before and nobody has changed since; that one is replaced.
        progress: called with the title of each part and the share that is done.
        fix: which fixes make the target; see `choosing.choose`.

    Raises:
        SourceError: the folder cannot be written or holds what somebody else wrote. Nothing is left then.
        UnknownName: `fix` has a word that is not known.
    """
    target = Path(folder)
    check_place(target)
    made, files = assemble(review, target, progress, fix=fix)
    place(target, [*files, *_index(made)])
    return made


def assemble(
    review: Review, folder: Path, progress: Progress | None = None, *, fix: str | None = None
) -> tuple[Delivered, tuple[File, ...]]:
    """All that would be written, without writing it."""
    context = DeliveryContext(review, fix)
    notes = _notes(context)
    parts: list[DeliveredPart] = []
    files: list[File] = []
    for number, part in enumerate(PARTS):
        if progress:
            progress(part.title, number / len(PARTS))
        written, reason = _write(part, review, context)
        files += written
        listed = tuple(
            DeliveredFile(file.path, file.title, file.note, file.run, file.step, file.stage) for file in written
        )
        parts.append(DeliveredPart(part.name, part.title, listed, reason))
    if progress:
        progress("written", 1.0)
    return Delivered(review.title, folder, tuple(parts), notes), tuple(files)


def _write(part: Part, review: Review, context: DeliveryContext) -> tuple[tuple[File, ...], str | None]:
    """The files of a part, or the reason why it has none."""
    try:
        return part.write(review, context), None
    except LeftOut as reason:
        return (), str(reason)
    except Exception as error:
        # One broken part must not cost the reader all the others.
        if os.environ.get("DBARCH_STRICT") == "1":
            raise
        return (), f"stopped by a fault of its own: {type(error).__name__}: {error}"


def _notes(context: DeliveryContext) -> tuple[str, ...]:
    """Which fixes are in the target and which are not."""
    goal = context.goal
    notes = []
    if goal.applied:
        notes.append(f"The target is the schema of the review with {len(goal.applied)} fixes applied.")
    elif context.dialect in ("postgres", "sqlite"):
        notes.append(
            "The target is the schema of the review as it is: no fix was chosen, or no finding chosen has one."
        )
    else:
        notes.append(
            f"The target is the schema of the review as it is: fixes are written for PostgreSQL and SQLite only, and this is {context.database}."
        )
    notes += [f"{one.rule} on {one.place}: {other.rule} has the same fix." for one, other in goal.same]
    notes += [
        f"The fix of {left.finding.rule} on {left.finding.place} is left out: {left.reason}."
        for left in goal.not_applied
    ]
    notes += [
        f"Of the fix of {each.finding.rule} on {each.finding.place}, {each.name} is left out: {each.reason}."
        for each in goal.served
    ]
    accepted = [finding for finding in context.review.findings if finding.accepted and finding.fix]
    if accepted:
        notes.append(f"{len(accepted)} accepted findings have a fix that is not in the target.")
    return tuple(notes)


def _index(made: Delivered) -> tuple[File, ...]:
    return (
        File("index.html", index_html(made), "Index page"),
        File("README.md", readme(made), "Index page"),
    )


@register_hand_over
def _hand_over(thing: Review, folder: str | Path, fix: str | None = None) -> Delivered:
    return deliver(thing, folder, fix=fix)
