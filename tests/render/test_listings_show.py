"""Open questions and requirements of a review show themselves as tables, and stay tuples."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets import review
from dbarch_widgets.model.display import show

DESIGN = Path(__file__).parent.parent.parent / "data" / "slow_webshop"


def test_open_questions_and_requirements_show_themselves() -> None:
    made = review(DESIGN)
    for listing, words in ((made.open_questions, "What nobody answered yet"), (made.requirements, "GDPR")):
        shown = show(listing)
        assert words in shown["text/plain"]
        assert "<table" in shown["text/html"]
        assert isinstance(listing, tuple)
        assert listing == tuple(listing)


def test_none_of_them_is_said_in_words() -> None:
    made = review("CREATE TABLE t (id bigint PRIMARY KEY)").with_(open_questions=())
    assert show(made.open_questions)["text/plain"].strip() == "No question is open."
    assert "<table" not in show(made.requirements)["text/html"]
