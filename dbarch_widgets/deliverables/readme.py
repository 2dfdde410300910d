"""The index of a folder of deliverables as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dbarch_widgets.deliverables.listing import Stage, listing
from dbarch_widgets.deliverables.page import BEFORE_RUNNING, MANY_STEPS, STEPS, counted
from dbarch_widgets.model.delivered import Delivered, DeliveredFile, DeliveredPart
from dbarch_widgets.render.block_markdown import code_span, escaped

_HEAD = "| file | what it is | how to run it |\n|---|---|---|"


def readme(made: Delivered) -> str:
    """The parts in their order, each file linked once."""
    parts = [f"# Deliverables: {escaped(made.title)}", counted(made), BEFORE_RUNNING, "## What was chosen"]
    parts.append("\n".join(f"- {escaped(note)}" for note in made.notes))
    for part in made.parts:
        if part.files:
            parts += [f"## {escaped(part.title)}", *_part(part)]
    missing = [part for part in made.parts if part.left_out]
    if missing:
        lines = [f"- **{escaped(part.title)}**: {escaped(part.left_out or '')}" for part in missing]
        parts += ["## Not written", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _part(part: DeliveredPart) -> Iterator[str]:
    listed = listing(part)
    if listed.told:
        yield "\n".join([_HEAD, *(f"| {_link(file)} | {_words(file)} | {_command(file)} |" for file in listed.told)])
    if listed.alike:
        yield "\n".join(f"- {_link(file, file.title)}" for file in listed.alike)
    if listed.stages:
        yield STEPS
    for stage in listed.stages:
        yield from _stage(stage)


def _stage(stage: Stage) -> Iterator[str]:
    """A line for each step; many are folded where the reader's program can fold."""
    folded = len(stage.steps) > MANY_STEPS
    yield f"<details><summary>{stage.words}</summary>" if folded else f"**{stage.words}**"
    yield "\n".join(
        f"{line.number}. {_link(line.up, line.title)}" + (f" · {_link(line.down, 'back')}" if line.down else "")
        for line in stage.steps
    )
    if folded:
        yield "</details>"


def _link(file: DeliveredFile, words: str = "") -> str:
    return f"[{escaped(words or file.path)}]({file.path})"


def _words(file: DeliveredFile) -> str:
    return f"**{escaped(file.title)}**." + (f" {escaped(file.note)}" if file.note else "")


def _command(file: DeliveredFile) -> str:
    return code_span(file.run).replace("|", "\\|") if file.run else ""
