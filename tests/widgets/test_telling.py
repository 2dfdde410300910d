"""Progress in a notebook: a line after two seconds, nothing of it in what is saved, and silence elsewhere."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from dbarch_widgets.reviewing.publish import page
from dbarch_widgets.synth import generate as generating

SLOW = """
import time
from dbarch_widgets.model.telling import told
@told
def inner(progress=None):
    return progress
@told
def outer(seconds, fail=False, progress=None):
    progress("working", 0.25)
    time.sleep(seconds)
    if fail:
        raise KeyboardInterrupt
    return inner()
import dbarch_widgets
"""
CELLS = [
    SLOW,
    "print('before'); outer(3.3) is None",
    "outer(0.1)",
    "try:\n    outer(2.6, fail=True)\nexcept KeyboardInterrupt:\n    print('stopped')",
    "outer(0, progress=lambda phase, share: print('mine', phase))",
]


class _Watched(NotebookClient):
    seen: list[tuple[int, str, dict[str, str]]] = []  # noqa: RUF012 - one client only

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.seen.append((cell_index, msg["msg_type"], msg["content"]["data"]))
        return super().process_message(msg, cell, cell_index)


@pytest.fixture(scope="module")
def ran() -> _Watched:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    client = _Watched(notebook, timeout=60, extra_arguments=["--IPKernelApp.log_level=ERROR"])
    client.execute()
    return client


def test_a_long_call_tells_how_far_it_is_and_takes_the_line_away(ran: _Watched) -> None:
    first, *more = [(kind, data) for cell, kind, data in ran.seen if cell == 1]
    assert first[0] == "display_data"
    assert "25% working (2 s)" in first[1]["text/plain"]
    assert more, "the seconds go on while nothing is said"
    assert more[-1] == ("update_display_data", {})


def test_a_short_call_or_one_that_tells_by_itself_shows_nothing(ran: _Watched) -> None:
    assert {cell for cell, _, _ in ran.seen} == {1, 3}
    assert ran.nb.cells[4].outputs[0].text == "mine working\n"


def test_a_stopped_call_takes_its_line_away_too(ran: _Watched) -> None:
    assert [data for cell, _, data in ran.seen if cell == 3][-1] == {}


def test_nothing_of_it_is_saved_or_shared(ran: _Watched) -> None:
    nbformat.validate(ran.nb)
    assert "widgets" not in ran.nb.metadata
    assert "working (" not in nbformat.writes(ran.nb)
    # The call inside one that tells was given nothing to tell.
    assert [each.output_type for each in ran.nb.cells[1].outputs] == ["stream", "display_data", "execute_result"]
    assert ran.nb.cells[1].outputs[2].data["text/plain"] == "True"
    shared = page(ran.nb, "progress")
    assert "working (" not in shared
    assert [each.output_type for each in ran.nb.cells[1].outputs] == ["stream", "execute_result"]


def test_the_verbs_keep_their_names_and_words() -> None:
    assert generating.generate.__name__ == "generate"
    assert "progress" in (generating.generate.__doc__ or "")
