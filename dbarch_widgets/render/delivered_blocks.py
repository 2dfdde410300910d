"""What was handed over, as blocks: the files by part, what was chosen, and what was not written."""

from __future__ import annotations

from dbarch_widgets.model.delivered import Delivered
from dbarch_widgets.render.blocks import Blocks, Bullets, Code, Fold, Grid, Para, Strong, Words, code
from dbarch_widgets.render.words import count

FEW = 4  # files of a part; the index page of the folder has them all


def delivered_blocks(made: Delivered) -> Blocks:
    """A row for each file, of a part with many for its first ones."""
    rows: list[tuple[Words, ...]] = []
    for part in made.parts:
        rows += [(part.title, Code(file.path), file.title, code(file.run)) for file in part.files[:FEW]]
        if len(part.files) > FEW:
            rows.append((part.title, f"and {len(part.files) - FEW} more", "", ""))
    folder = made.folder.as_posix()
    page = f"{folder}/index.html"
    grid = Grid(
        "", ("Part", "File", "What it is", "How to run it"), tuple(rows), empty="No part had anything to write."
    )
    shown: Blocks = (
        Para((Strong(count(len(made.files), "file")), " in ", Code(folder), ": begin with ", Code(page), ".")),
        grid,
    )
    if made.notes:
        shown += (Fold("What was chosen", (Bullets(made.notes),)),)
    missing = tuple(f"{part.title}: {part.left_out}" for part in made.parts if part.left_out)
    return (*shown, Fold("Not written", (Bullets(missing),))) if missing else shown
