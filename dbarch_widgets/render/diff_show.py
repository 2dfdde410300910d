"""A Diff as Markdown, for a pull request or a file."""

from __future__ import annotations

from dbarch_widgets.model.diff import Diff
from dbarch_widgets.render.block_markdown import blocks_markdown
from dbarch_widgets.render.diff_blocks import diff_blocks


def diff_markdown(diff: Diff) -> str:
    """The changes as a table; what the diagram shows is said in words."""
    return blocks_markdown(diff_blocks(diff))
