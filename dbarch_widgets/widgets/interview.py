"""The interview as a form: one control for each question, by section, with why it is asked and what hinges on it.

The answers are a plain value, `interview`; `intake` is what they come to. The form keeps nothing else.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from dbarch_widgets.intake.questions import Question
from dbarch_widgets.intake.template import rules_words
from dbarch_widgets.model.display import show
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.html import element, join
from dbarch_widgets.rules.asks import thresholds
from dbarch_widgets.session.interview import FILE, Interview
from dbarch_widgets.widgets.callbacks import observe, on_click, safe_callback
from dbarch_widgets.widgets.parts import bullets, button, column, field, html, ipw, row

_OPEN = "(open)"
_TITLES = {
    "system": "The system", "scale": "Scale", "latency": "Latency", "regions": "Regions", "tenancy": "Tenants",
    "consistency": "Consistency", "recovery": "Recovery", "data_classes": "Classes of data", "data_subjects": "Whose data",
    "retention": "Retention", "regimes": "Regimes", "engines": "Engines", "team": "Team and budget",
}  # fmt: skip


class InterviewForm:
    """`interview` is the interview as it is now; `view` is the widget that a notebook shows.

    `source` is an Intake, an Interview, or the file or folder that the answers come from and are saved to; without `saves`
    there is no place to save to, for a form that is part of another widget.
    """

    def __init__(
        self,
        source: Interview | Intake | str | Path | None = None,
        schema: Schema | None = None,
        *,
        saves: bool = True,
    ) -> None:
        self.interview = _interview(source, schema)
        where = str(source) if isinstance(source, str | Path) else FILE
        self.controls: dict[str, Any] = {}
        self.marks: dict[str, Any] = {}
        self.message = html()
        self.problems = html()
        self.file = field(ipw.Text, "Save to", "min(600px, 100%)", value=where)
        self.save = button("Save", primary=True)
        sections = [(name, list(asked)) for name, asked in groupby(self.interview.questions, lambda each: each.section)]
        self.sections = ipw.Accordion([column(*(self._line(each) for each in asked)) for _, asked in sections])
        for place, (name, _) in enumerate(sections):
            self.sections.set_title(place, _TITLES.get(name, name))
        self.sections.selected_index = 0
        self.view = column(self.problems, self.sections, *([row(self.file, self.save)] if saves else []), self.message)
        on_click(self.save, self._save)
        self._draw()

    @property
    def intake(self) -> Intake:
        """The answers so far."""
        return self.interview.intake

    def fail(self, error: BaseException) -> None:
        """Show what went wrong."""
        self.message.value = element("p", str(error), role="alert")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        # The static part is what a reader sees who has no kernel.
        return {**self.view._repr_mimebundle_(**options), **show(self.interview)}

    def _line(self, question: Question) -> Any:
        """The question, its reasons, its control, and whether it is answered."""
        control = self._control(question)
        mark = html(width="auto")
        self.controls[question.key], self.marks[question.key] = control, mark
        if question.kind == "choices":
            observe(control, "value", lambda chosen: self._answer(question, f"[{', '.join(chosen)}]" if chosen else ""))
        else:
            observe(control, "value", lambda text: self._answer(question, "" if text == _OPEN else text))
        reasons = (
            f"Why: {question.why}",
            f"On it hinges: {question.hinges}",
            rules_words(question, self.interview.rules),
            *thresholds().get(question.path, ()),
        )
        said = join([element("strong", question.question), element("ul", [element("li", line) for line in reasons])])
        return column(html(said), row(control, mark))

    def _control(self, question: Question) -> Any:
        text = self.interview.text(question.key)
        wide = "min(700px, 100%)"
        named = partial(field, label=question.key, width=wide, continuous_update=False)
        if question.kind == "choice":
            return field(ipw.Dropdown, question.key, wide, options=(_OPEN, *question.choices), value=text or _OPEN)
        if question.kind == "choices":
            chosen = _chosen(self.interview, question)
            options = tuple(dict.fromkeys((*question.choices, *chosen)))
            return field(ipw.SelectMultiple, question.key, wide, options=options, value=chosen, rows=len(options))
        example = self.interview.example(question.key)
        if question.kind in ("mapping", "list"):
            return named(ipw.Textarea, value=text, placeholder=example, rows=4)
        return named(ipw.Text, value=text, placeholder=example)

    @safe_callback
    def _answer(self, question: Question, text: str) -> None:
        self.interview = self.interview.answer(question.key, text)
        self.message.value = ""
        self._draw()

    @safe_callback
    def _save(self) -> None:
        self.interview = self.interview.save(self.file.value.strip() or FILE)
        self.message.value = element("p", self.interview.note, role="status")

    def _draw(self) -> None:
        """What is answered, what is open, what does not fit."""
        found = self.interview.problems
        lines = bullets(f"{'✗' if each.kind == 'error' else '!'} {each}" for each in found) if found else ""
        number = len(self.interview.questions) - self.interview.open
        said = element("p", f"{number} of {len(self.interview.questions)} questions are answered.")
        self.problems.value = join([said, lines])
        for question in self.interview.questions:
            self.marks[question.key].value = "✓ answered" if self.interview.text(question.key) else "– open"


def _interview(source: Interview | Intake | str | Path | None, schema: Schema | None) -> Interview:
    if isinstance(source, Interview):
        return source
    if isinstance(source, str | Path):
        return Interview.load(source, schema)
    return Interview(source or Intake(), schema)


def _chosen(interview: Interview, question: Question) -> tuple[str, ...]:
    from dbarch_widgets.intake.questions import value_at

    value = value_at(interview.intake, question.path)
    return tuple(map(str, value)) or ("none",) if isinstance(value, tuple) else ()
