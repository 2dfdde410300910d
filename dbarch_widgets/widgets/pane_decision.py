"""Fifth page: write down what was decided, why, and on which evidence."""

from __future__ import annotations

from datetime import UTC, datetime

from dbarch_widgets.model.review import Alternative, Decision
from dbarch_widgets.render.html import table
from dbarch_widgets.session import Session
from dbarch_widgets.session.alternatives import alternatives_of
from dbarch_widgets.widgets.callbacks import on_click, safe_callback
from dbarch_widgets.widgets.parts import area, button, calm, column, field, html, ipw, row, static
from dbarch_widgets.widgets.store import Store

OTHER = "something else"


class DecisionPane:
    """The alternatives come from the comparisons, with what was measured for and against them."""

    title = "5 Decision"

    def __init__(self, store: Store) -> None:
        self.store = store
        self.name = field(ipw.Text, "Title", placeholder="Index the foreign keys of orders")
        self.context = area("Context", "What was the question, and what limits the answer?")
        self.choice = field(ipw.Dropdown, "Choice", options=[OTHER])
        self.decision = area("Decision", "We will …")
        self.consequences = area("Consequences", "What becomes easier, what harder, what has to be watched?")
        self.evidence = field(ipw.SelectMultiple, "Evidence", options=[], rows=4)
        self.weighed = html()
        self.save = button("Write the decision", primary=True)
        self.written = html()
        self._alternatives: tuple[Alternative, ...] = ()
        self._shown: tuple[Decision, ...] | None = None
        self.view = column(
            self.name,
            self.context,
            self.choice,
            self.weighed,
            self.decision,
            self.consequences,
            self.evidence,
            row(self.save),
            self.written,
        )
        on_click(self.save, self._save)
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    @safe_callback
    def _save(self) -> None:
        before = self.store.session
        self.store.apply(
            lambda session: session.decide(
                title=self.name.value,
                context=self.context.value,
                decision=self.decision.value,
                consequences=self.consequences.value,
                evidence=tuple(self.evidence.value),
                alternatives=self._alternatives,
                choice=None if self.choice.value == OTHER else self.choice.value,
                on=datetime.now(UTC).astimezone().date(),
            )
        )
        if self.store.session.review is not before.review:
            for box in (self.name, self.context, self.decision, self.consequences):
                box.value = ""

    def render(self, session: Session) -> None:
        """What can be chosen and named as evidence, and the decisions so far."""
        review = session.review
        self._alternatives = alternatives_of(review.comparisons) if review else ()
        names = (*(each.name for each in self._alternatives), OTHER)
        if self.choice.options != names:
            self.choice.options = names
            self.weighed.value = calm(_weighed(self._alternatives))
        if self.evidence.options != session.evidence_names:
            kept = [name for name in self.evidence.value if name in session.evidence_names]
            self.evidence.options = session.evidence_names
            self.evidence.value = kept
        self.save.disabled = review is None
        decisions = review.decisions if review else ()
        if decisions != self._shown:
            self._shown = decisions
            self.written.value = "".join(static(decision) for decision in reversed(decisions))


def _weighed(alternatives: tuple[Alternative, ...]) -> str:
    """What was measured for and against each way."""
    rows = [[each.name, each.for_it, each.against_it] for each in alternatives]
    return table("", ("Weighed", "For it", "Against it"), rows) if rows else ""
