"""The session itself: the state of a sitting and its intents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from dbarch_widgets.errors import DbarchError, InputError, UnknownName
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.review import Alternative, Decision, Review
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.render.diagram import Diagram
from dbarch_widgets.session.candidates import Candidate, asked, suggested
from dbarch_widgets.session.state import DETAILS, Lab, Message, Progress, View, count

P = ParamSpec("P")

SOURCES = ("schema.sql", "workload.sql", "intake.yaml")


def intent(step: Callable[Concatenate[Session, P], Session]) -> Callable[Concatenate[Session, P], Session]:
    """A step whose error becomes the message of an otherwise unchanged state."""

    @wraps(step)
    def safe(self: Session, *args: P.args, **kwargs: P.kwargs) -> Session:
        try:
            return step(replace(self, message=None), *args, **kwargs)
        except DbarchError as error:
            return replace(self, message=Message.of(error))

    return safe


@dataclass(frozen=True)
class Session:
    """The state.

    `texts` are the sources as they came in, by their name in a review folder. `asked` are the indexes that a person added,
    `written` the files of the last export.
    """

    review: Review | None = None
    view: View = View()
    message: Message | None = None
    texts: tuple[tuple[str, str], ...] = ()
    asked: tuple[Candidate, ...] = ()
    written: tuple[Path, ...] = ()

    @classmethod
    def of(cls, thing: Schema | Review | Diagram, title: str = "Review") -> Session:
        """A session that begins with what is there already."""
        if isinstance(thing, Schema):
            return cls(review=Review(title, thing))._with_fitting_detail()
        if isinstance(thing, Review):
            return cls(review=thing)._with_fitting_detail()
        if thing.schema is None:
            raise InputError("this diagram does not know its schema", to_do="make it with er_diagram()")
        review = Review(thing.title or title, thing.schema, findings=thing.findings)
        view = View(selected=thing.focus, detail=thing.detail, hops=thing.hops, only_near=thing.focus is not None)
        return cls(review=review, view=view)

    # ---- asking --------------------------------------------------------------------------------------------

    @property
    def schema(self) -> Schema | None:
        return self.review.schema if self.review else None

    def need_review(self) -> Review:
        """The review.

        Raises:
            InputError: nothing was loaded yet.
        """
        if self.review is None:
            raise InputError("there is no design yet", to_do="load one first: paste DDL, upload files or open a folder")
        return self.review

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the severities looked at."""
        found = self.review.findings if self.review else ()
        return tuple(finding for finding in found if finding.severity in self.view.severities)

    @property
    def fine(self) -> bool:
        """Whether the last step went well."""
        return self.message is None or not self.message.bad

    @property
    def evidence_names(self) -> tuple[str, ...]:
        """What a decision can rest on: the names of all that was measured."""
        if self.review is None:
            return ()
        return tuple(result.name for result in (*self.review.measurements, *self.review.comparisons))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """The indexes to weigh: those asked for, then those that findings suggest."""
        if self.review is None:
            return ()
        return (*self.asked, *suggested(self.review.schema, self.review.findings))

    # ---- loading -------------------------------------------------------------------------------------------

    @intent
    def load_text(self, text: str, title: str = "Pasted design") -> Session:
        """Start a review of DDL text. An earlier review is replaced only when the text could be read."""
        from dbarch_widgets.reviewing.sources import read_texts

        return self._start(Review(title, read_texts([(text, None)])), (("schema.sql", text),))

    @intent
    def load_files(self, files: Mapping[str, bytes]) -> Session:
        """Start or complete a review from files, name to content.

        `.yaml` is the intake, a file with `-- name:` lines or "workload" in its name the workload, all others are DDL.
        """
        from dbarch_widgets.reviewing.sources import decode, read_texts

        texts = {name: decode(data, name) for name, data in files.items()}
        intake = [name for name in texts if name.endswith((".yaml", ".yml"))]
        workload = [name for name in texts if name not in intake and _is_workload(name, texts[name])]
        ddl = sorted(set(texts) - set(intake) - set(workload))
        state = self
        if ddl:
            schema = read_texts([(texts[name], name) for name in ddl])
            state = self._start(
                Review(", ".join(ddl), schema), (("schema.sql", "\n".join(texts[name] for name in ddl)),)
            )
        for name in workload:
            state = state.load_workload(texts[name]) if state.fine else state
        for name in intake:
            state = state.load_intake(texts[name]) if state.fine else state
        return state

    @intent
    def load_folder(self, path: str | Path) -> Session:
        """Start a review of a review folder with all that it holds, or of one DDL file."""
        from dbarch_widgets.reviewing.folder import load_folder
        from dbarch_widgets.reviewing.sources import read_schema, read_text

        place = Path(path).expanduser()
        if not str(path).strip():
            raise InputError("no folder is named", to_do="choose an example or type a folder with schema.sql in it")
        if not place.is_dir():
            return self._start(
                Review(f"Review of {place.stem}", read_schema(place)), (("schema.sql", read_text(place)),)
            )
        folder = load_folder(place)
        name = folder.intake.system.name if folder.intake else None
        review = Review(
            f"Review of {name or place.resolve().name}",
            folder.schema,
            folder.workload,
            folder.intake,
            measurements=folder.measurements,
            comparisons=folder.comparisons,
            decisions=folder.decisions,
        )
        return self._start(
            review, tuple((name, read_text(place / name)) for name in SOURCES if (place / name).is_file())
        )

    @intent
    def load_workload(self, text: str) -> Session:
        """Give the review a workload; what was found and measured before stays."""
        from dbarch_widgets.measure.workload_file import read_workload

        review = self.need_review()
        workload = read_workload(text, review.schema)
        lost = f"; {count(len(workload.problems), 'statement')} not understood" if workload.problems else ""
        done = Message(f"The workload has {count(len(workload.queries), 'query', 'queries')}{lost}.")
        return replace(
            self, review=review.with_(workload=workload), texts=self._text("workload.sql", text), message=done
        )

    @intent
    def load_intake(self, text: str) -> Session:
        """Give the review the answers of an intake file."""
        from dbarch_widgets.intake.load import load_intake

        review = self.need_review().with_(intake=load_intake(text))
        done = Message("The intake answers are in.")
        return replace(self, review=review, texts=self._text("intake.yaml", text), message=done)

    def _text(self, name: str, text: str) -> tuple[tuple[str, str], ...]:
        return (*(old for old in self.texts if old[0] != name), (name, text))

    def _start(self, review: Review, texts: tuple[tuple[str, str], ...]) -> Session:
        if not review.schema.tables:
            raise InputError("there is no table in it", where=review.title, to_do="give CREATE TABLE statements")
        report = review.schema.report
        keys = sum(len(table.foreign_keys) for table in review.schema.tables)
        text = f"Read {count(len(review.schema.tables), 'table')} and {count(keys, 'foreign key')}"
        if lost := report.not_understood + report.partly:
            text += f"; {lost} of {count(report.statements, 'statement')} not or only partly understood"
        return replace(Session(review=review, texts=texts)._with_fitting_detail(), message=Message(f"{text}."))

    def _with_fitting_detail(self) -> Session:
        from dbarch_widgets.render.crowsfoot import er_model
        from dbarch_widgets.render.diagram import detail_for

        tables = len(er_model(self.need_review().schema).entities)
        return replace(self, view=replace(self.view, detail=detail_for(tables)))

    # ---- looking -------------------------------------------------------------------------------------------

    @intent
    def select_table(self, name: QName | str | None) -> Session:
        """Select a table, or none."""
        if not name:
            return replace(self, view=replace(self.view, selected=None, only_near=False))
        table = self.need_review().schema.table(name)
        return replace(self, view=replace(self.view, selected=table.qname))

    @intent
    def look(self, **changes: Any) -> Session:
        """Change how things are looked at: any field of `View` but `selected`."""
        for name in changes:
            if name not in View.__dataclass_fields__ or name == "selected":
                raise UnknownName("field of the view", name, View.__dataclass_fields__)
        view = replace(self.view, **changes)
        if view.detail not in DETAILS:
            raise UnknownName("detail level", view.detail, DETAILS)
        if view.hops < 0:
            raise InputError(f"hops must be 0 or more, not {view.hops}")
        return replace(self, view=view)

    # ---- finding -------------------------------------------------------------------------------------------

    @intent
    def run_rules(self) -> Session:
        """Run all rules over the design, its workload and its intake."""
        from dbarch_widgets.intake.questions import open_questions
        from dbarch_widgets.rules.registry import run_rules

        review = self.need_review()
        findings, not_run = run_rules(review.schema, review.workload, review.intake)
        review = review.with_(findings=findings, not_run=not_run, open_questions=open_questions(review.intake))
        text = count(len(findings), "finding")
        text += f"; {count(len(not_run), 'rule')} could not run" if not_run else ""
        return replace(self, review=review, message=Message(f"{text}."))

    def and_rules(self) -> Session:
        """Run the rules when the step before went well; the message then tells of both."""
        if not self.fine:
            return self
        after = self.run_rules()
        both = " ".join(message.text for message in (self.message, after.message) if message)
        return after.say(replace(after.message, text=both)) if after.message else after

    def say(self, message: Message) -> Session:
        """The same state with another message."""
        return replace(self, message=message)

    # ---- measuring -----------------------------------------------------------------------------------------

    def measure(self, lab: Lab, progress: Progress | None = None) -> Measurement:
        """Replay the workload on generated rows; changes nothing, so it may run beside other steps.

        Raises:
            InputError: there is no design or no workload.
            Cancelled: `progress` raised it.
        """
        return _experiment(self.need_review(), lab, progress).run()

    def measure_candidate(self, candidate: Candidate, lab: Lab, progress: Progress | None = None) -> Comparison:
        """The workload with and without one more index; raises what `measure` does."""
        review = self.need_review()
        variant = add_index(review.schema, candidate.table, candidate.index)
        return _experiment(review, lab, progress).compare(variant, label=candidate.label)

    @intent
    def keep(self, result: Measurement | Comparison, of: Schema) -> Session:
        """Add what was measured of the design `of`; refused when another design was loaded meanwhile."""
        review = self.need_review()
        if review.schema is not of:
            raise InputError("the design changed while it was measured", to_do="run the lab again")
        result = replace(result, name=_free_name(result.name, self.evidence_names))
        if isinstance(result, Measurement):
            review = review.with_(measurements=(*review.measurements, result))
            failed = sum(query.error is not None for query in result.queries)
            text = f"Measured {count(len(result.queries), 'query', 'queries')} as “{result.name}”"
            text += f"; {failed} could not run" if failed else ""
        else:
            review = review.with_(comparisons=(*review.comparisons, result))
            text = f"Compared “{result.label_a}” with “{result.label_b}”"
            text += "" if result.answers_equal else "; the answers differ, do not use this variant"
        return replace(self, review=review, message=Message(f"{text}."))

    @intent
    def run_lab(self, lab: Lab = Lab(), progress: Progress | None = None) -> Session:
        """Measure and keep the result."""
        review = self.need_review()
        return self.keep(self.measure(lab, progress), of=review.schema)

    @intent
    def compare(self, candidate: Candidate, lab: Lab = Lab(), progress: Progress | None = None) -> Session:
        """Measure with and without one more index, and keep the result."""
        review = self.need_review()
        return self.keep(self.measure_candidate(candidate, lab, progress), of=review.schema)

    @intent
    def ask_for_index(self, text: str) -> Session:
        """Add an index to the candidates: `table (column, column desc)` or a whole CREATE INDEX statement."""
        found = asked(self.need_review().schema, text)
        return replace(self, asked=(*found, *self.asked), message=Message(f"Added {found[0].label} to the choices."))

    # ---- deciding and handing over -------------------------------------------------------------------------

    @intent
    def decide(
        self,
        title: str,
        context: str,
        decision: str,
        consequences: str = "",
        evidence: tuple[str, ...] = (),
        alternatives: tuple[Alternative, ...] = (),
        choice: str | None = None,
        on: date | None = None,
    ) -> Session:
        """Write a decision record.

        `evidence` names measurements and comparisons of this review, `choice` one of the `alternatives`.
        """
        review = self.need_review()
        for name, text in (("title", title), ("context", context), ("decision", decision)):
            if not text.strip():
                raise InputError(f"the decision has no {name}", to_do="a later reader needs it to understand why")
        for name in evidence:
            if name not in self.evidence_names:
                raise UnknownName("measurement", name, self.evidence_names)
        if choice is not None and choice not in [each.name for each in alternatives]:
            raise UnknownName("alternative", choice, [each.name for each in alternatives])
        number = max((old.number for old in review.decisions), default=0) + 1
        record = Decision(
            number,
            title.strip(),
            context.strip(),
            decision.strip(),
            consequences.strip(),
            decided_on=on,
            alternatives=tuple(replace(each, chosen=each.name == choice) for each in alternatives),
            evidence=evidence,
        )
        opinion = "" if evidence else ", an opinion: it names no evidence"
        done = Message(f"Decision {number} is written{opinion}.")
        return replace(self, review=review.with_(decisions=(*review.decisions, record)), message=done)

    @intent
    def export(self, folder: str | Path) -> Session:
        """Write the one-file report and the review folder to `folder`. A source that is there already is left alone."""
        from dbarch_widgets.reviewing.folder import save_results, write_text
        from dbarch_widgets.reviewing.report import save_report
        from dbarch_widgets.reviewing.sources import read_text

        review = self.need_review()
        target = Path(folder).expanduser()
        if not str(folder).strip():
            raise InputError("no folder is named", to_do="name one to write to")
        for name, text in self.texts:
            if (target / name).is_file() and read_text(target / name) != text:
                raise InputError(f"there is another {name}", where=str(target), to_do="choose another folder")
        written = [save_report(review, target / "report.html")]
        for name, text in self.texts:
            if not (target / name).exists():
                write_text(target / name, text)
            written.append(target / name)
        written += save_results(review, target)
        return replace(
            self, written=tuple(written), message=Message(f"Wrote {count(len(written), 'file')} to {target}.")
        )


def _experiment(review: Review, lab: Lab, progress: Progress | None) -> Any:
    from dbarch_widgets.measure.experiment import Experiment

    if review.workload is None or not review.workload.queries:
        raise InputError("there is no workload to replay", to_do="load a workload.sql on the Import page")
    return Experiment(review.schema, review.workload, scale=lab.scale, seed=lab.seed)


def _is_workload(name: str, text: str) -> bool:
    return "workload" in name.lower() or "-- name:" in text


def _free_name(name: str, taken: tuple[str, ...]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
