"""The session itself: looking, finding, measuring, deciding, handing over."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.model.measurement import Comparison, Measurement
from dbarch_widgets.model.review import Alternative, Decision, Review
from dbarch_widgets.model.schema import QName, Schema
from dbarch_widgets.model.verbs import add_index
from dbarch_widgets.render.view import DiagramView, table_called
from dbarch_widgets.session.candidates import Candidate, asked
from dbarch_widgets.session.finding_list import FindingView
from dbarch_widgets.session.loading import Loading
from dbarch_widgets.session.state import Lab, Message, Progress, View, count, intent

if TYPE_CHECKING:
    from dbarch_widgets.measure.experiment import Experiment

LAB = Lab()


@dataclass(frozen=True)
class Session(Loading):
    """The state of a sitting with all its steps; each returns the next state."""

    # ---- looking -------------------------------------------------------------------------------------------

    @intent
    def select_table(self, name: QName | str | None) -> Self:
        """Select a table, or none."""
        if not name:
            focus = self.view.focus if self.view.focus != self.view.selected else None
            return replace(self, view=replace(self.view, selected=None, focus=focus))
        return replace(self, view=replace(self.view, selected=table_called(self.need_review().schema, name)))

    @intent
    def look(self, /, **changes: Any) -> Self:
        """Change how things are looked at: any field of `View` but `selected`."""
        for name in changes:
            if name not in View.__dataclass_fields__ or name == "selected":
                raise UnknownName("field of the view", name, View.__dataclass_fields__)
        view = replace(self.view, **changes)
        return replace(self, view=view.checked(self.review.schema) if self.review else view)

    @intent
    def list_findings(self, /, **changes: Any) -> Self:
        """Change how the findings are listed: a filter, the order or the headings, any field of `FindingView`."""
        for name in changes:
            if name not in FindingView.__dataclass_fields__:
                raise UnknownName("field of the list of findings", name, FindingView.__dataclass_fields__)
        severities = changes.pop("severities", self.view.severities)
        listing = replace(self.view.listing, **changes)
        return replace(self, view=replace(self.view, severities=severities, listing=listing))

    def see(self, view: DiagramView) -> Self:
        """The same session with another view of the diagram; what it does not say is as usual.

        Raises:
            UnknownName, InputError: it names what is not there.
        """
        checked = view.checked(self.need_review().schema)
        changes = {field.name: getattr(checked, field.name) for field in fields(DiagramView)}
        changes["detail"] = checked.detail or self.view.detail
        return replace(self, view=replace(self.view, **changes))

    # ---- finding -------------------------------------------------------------------------------------------

    @intent
    def run_rules(self) -> Self:
        """Run all rules over the design, its workload and its intake."""
        from dbarch_widgets.intake.contradictions import warnings_of
        from dbarch_widgets.regulations.matrix import requirements_of, wanting
        from dbarch_widgets.reviewing.judging import judged, rules_to_run
        from dbarch_widgets.rules.open_questions import open_in
        from dbarch_widgets.rules.registry import run

        review = self.need_review()
        names = rules_to_run(None, review.settings)
        ran = run(review.schema, review.workload, review.intake, names)
        held = requirements_of(review.schema, review.workload, review.intake)
        review = review.with_(
            findings=ran.findings,
            not_run=ran.not_run,
            open_questions=open_in(review.intake, ran, wanting(held)),
            intake_warnings=warnings_of(review.intake, review.schema),
            requirements=held,
            acceptance_notes=(),
        )
        review = judged(review, ran=names)
        text = count(len(review.open_findings), "finding")
        text += f", {len(review.accepted_findings):,} accepted" if review.accepted_findings else ""
        text += f"; {count(len(ran.not_run), 'rule')} could not run" if ran.not_run else ""
        return replace(self, review=review, message=Message(f"{text}."))

    def and_rules(self) -> Self:
        """Run the rules when the step before went well; the message then tells of both."""
        if not self.fine:
            return self
        after = self.run_rules()
        both = " ".join(message.text for message in (self.message, after.message) if message)
        return after.say(replace(after.message, text=both)) if after.message else after

    # ---- measuring -----------------------------------------------------------------------------------------

    def measure(self, lab: Lab, progress: Progress | None = None) -> Measurement:
        """Replay the workload on generated rows; changes nothing, so it may run beside other steps.

        Raises:
            InputError: there is no design or no workload.
            Cancelled: `progress` raised it.
        """
        return _experiment(self.need_review(), lab).run(progress)

    def measure_candidate(self, candidate: Candidate, lab: Lab, progress: Progress | None = None) -> Comparison:
        """The workload with and without one more index; raises what `measure` does."""
        review = self.need_review()
        variant = add_index(review.schema, candidate.table, candidate.index)
        label = candidate.label
        return _experiment(review, lab).compare(variant, label, label, pairs=lab.repetitions, progress=progress)

    @intent
    def keep(self, result: Measurement | Comparison, of: Schema) -> Self:
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

    def measure_findings(self, progress: Progress | None = None) -> Review:
        """The review with evidence on what its findings predict; changes nothing, so it may run beside other steps.

        Raises:
            InputError: there is no design.
            Cancelled: `progress` raised it; what was done is in the cache.
        """
        from dbarch_widgets.evidence import measure

        return measure(self.need_review(), progress)

    @intent
    def keep_evidence(self, measured: Review, of: Schema) -> Self:
        """Take the evidence of a review of the design `of`; refused when another design was loaded meanwhile."""
        review = self.need_review()
        if review.schema is not of:
            raise InputError("the design changed while it was measured", to_do="measure again")
        found = {finding.key: finding.evidence for finding in measured.findings if finding.evidence}
        findings = tuple(replace(each, evidence=found.get(each.key, each.evidence)) for each in review.findings)
        notes = tuple(dict.fromkeys((*review.notes, *measured.notes)))
        text = f"{count(sum(each.evidence is not None for each in findings), 'finding')} with evidence"
        text += f"; {count(len(measured.notes), 'note')} in the report" if measured.notes else ""
        return replace(self, review=review.with_(findings=findings, notes=notes), message=Message(f"{text}."))

    @intent
    def run_lab(self, lab: Lab = LAB, progress: Progress | None = None) -> Self:
        """Measure and keep the result."""
        review = self.need_review()
        return self.keep(self.measure(lab, progress), of=review.schema)

    @intent
    def compare(self, candidate: Candidate, lab: Lab = LAB, progress: Progress | None = None) -> Self:
        """Measure with and without one more index, and keep the result."""
        review = self.need_review()
        return self.keep(self.measure_candidate(candidate, lab, progress), of=review.schema)

    @intent
    def ask_for_index(self, text: str) -> Self:
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
    ) -> Self:
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
    def export(self, folder: str | Path) -> Self:
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


def _experiment(review: Review, lab: Lab) -> Experiment:
    if review.workload is None or not review.workload.queries:
        raise InputError("there is no workload to replay", to_do="load a workload.sql on the Import page")
    from dbarch_widgets.measure.experiment import Experiment

    return Experiment(
        review.schema,
        review.workload,
        scale=lab.scale,
        seed=lab.seed,
        name="as it is",
        intake=review.intake,
        repetitions=lab.repetitions,
    )


def _free_name(name: str, taken: tuple[str, ...]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
