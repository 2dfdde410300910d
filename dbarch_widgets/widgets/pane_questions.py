"""The interview inside the workbench: answer, then have the rules run again with the answers."""

from __future__ import annotations

from dbarch_widgets.model.intake import Intake
from dbarch_widgets.session import Session
from dbarch_widgets.session.interview import Interview
from dbarch_widgets.widgets.callbacks import observe, on_click, safe_callback
from dbarch_widgets.widgets.interview import InterviewForm
from dbarch_widgets.widgets.parts import button, column, heading, html, ipw, row
from dbarch_widgets.widgets.store import Store


class QuestionsPane:
    """The form is made when somebody opens it: its many controls would slow down every import."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.form: InterviewForm | None = None
        self.use = button("Use these answers", primary=True, disabled=True)
        self.place = column()
        self.fold = ipw.Accordion([column(row(self.use), self.place)], titles=("The questions",), selected_index=None)
        self.said = html()
        self.view = column(heading("then answer the questions, as far as you can"), self.said, self.fold)
        self._shown: Intake | None = None
        observe(self.fold, "selected_index", self._open)
        on_click(self.use, self._use)
        store.subscribe(self.render)

    def fail(self, error: BaseException) -> None:
        self.store.fail(error)

    @safe_callback
    def _open(self, index: int | None) -> None:
        if index is not None and self.form is None:
            self._make(self.store.session)

    def _make(self, session: Session) -> None:
        intake = session.review.intake if session.review else None
        self.form = InterviewForm(Interview(intake or Intake(), session.schema), saves=False)
        self.place.children = (self.form.view,)

    @safe_callback
    def _use(self) -> None:
        if self.form is not None:
            text = self.form.interview.file_text
            self.store.apply(lambda session: session.load_intake(text), Session.and_rules)

    def render(self, session: Session) -> None:
        """Whether there is a design to answer for, and the answers that came with it."""
        self.use.disabled = session.review is None
        intake = session.review.intake if session.review else None
        number = len(session.review.open_questions) if session.review else 0
        self.said.value = f"{number} questions are open." if session.review else ""
        if self.form is not None and intake not in (self._shown, self.form.intake):
            self._make(session)
        self._shown = intake
