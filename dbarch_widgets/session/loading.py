"""The steps that bring a design in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dbarch_widgets.errors import InputError
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.render.view import DiagramView
from dbarch_widgets.session.state import Message, State, View, count, intent

if TYPE_CHECKING:
    from dbarch_widgets.render.diagram import Diagram

SOURCES = ("schema.sql", "workload.sql", "intake.yaml")


@dataclass(frozen=True)
class Loading(State):
    """Starts a review, or gives it its workload and its intake."""

    @classmethod
    def of(cls, thing: Schema | Review | Diagram, title: str = "Review") -> Self:
        """A session that begins with what is there already."""
        if isinstance(thing, Schema):
            return cls(review=Review(title, thing))._with_fitting_detail()
        if isinstance(thing, Review):
            return cls(review=thing)._with_fitting_detail()
        from dbarch_widgets.render.live_data import level_of

        if thing.schema is None:
            raise InputError("this diagram does not know its schema", to_do="make it with er_diagram()")
        review = Review(thing.title or title, thing.schema, thing.workload, findings=thing.findings)
        begun = thing.view or DiagramView()
        view = View(
            selected=begun.selected or thing.focus,
            focus=thing.focus,
            hops=thing.hops,
            detail=level_of(thing),
            group=thing.group,
            overlay=begun.overlay if thing.overlay is None else thing.overlay,
            find=begun.find,
            at=begun.at,
        )
        return cls(review=review, view=view, drawn=thing.whole())

    @intent
    def load_text(self, text: str, title: str = "Pasted design") -> Self:
        """Start a review of DDL text. An earlier review is replaced only when the text could be read."""
        from dbarch_widgets.reviewing.sources import read_texts

        return self._start(Review(title, read_texts([(text, None)])), (("schema.sql", text),))

    @intent
    def load_files(self, files: Mapping[str, bytes]) -> Self:
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
    def load_folder(self, path: str | Path) -> Self:
        """Start a review of a review folder with all that it holds, or of one DDL file."""
        from dbarch_widgets.reviewing.folder import load_folder
        from dbarch_widgets.reviewing.judging import settings_of
        from dbarch_widgets.reviewing.sources import read_schema, read_text

        place = Path(path).expanduser()
        if not str(path).strip():
            raise InputError("no folder is named", to_do="choose an example or type a folder with schema.sql in it")
        if not place.is_dir():
            return self._start(
                Review(f"Review of {place.stem}", read_schema(place), settings=settings_of(place, None)),
                (("schema.sql", read_text(place)),),
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
            settings=settings_of(place, None),
        )
        return self._start(
            review, tuple((name, read_text(place / name)) for name in SOURCES if (place / name).is_file())
        )

    @intent
    def load_workload(self, text: str) -> Self:
        """Give the review a workload of any format; what was found and measured before stays.

        Of a log the workload is kept as annotated SQL, not the log with its values.
        """
        from dbarch_widgets.measure.workload_sources.opening import Source
        from dbarch_widgets.measure.workload_sources.registry import format_of, load_workload
        from dbarch_widgets.measure.workload_write import annotated_sql

        review = self.need_review()
        source = Source(content=text)
        workload = load_workload(text, review.schema)
        text = text if format_of(source).name == "SQL" else annotated_sql(workload)
        lost = f"; {count(len(workload.problems), 'statement')} not understood" if workload.problems else ""
        done = Message(f"The workload has {count(len(workload.queries), 'query', 'queries')}{lost}.")
        return replace(
            self, review=review.with_(workload=workload), texts=self._text("workload.sql", text), message=done
        )

    @intent
    def load_intake(self, text: str) -> Self:
        """Give the review the answers of an intake file."""
        from dbarch_widgets.intake.load import load_intake

        review = self.need_review().with_(intake=load_intake(text))
        done = Message("The intake answers are in.")
        return replace(self, review=review, texts=self._text("intake.yaml", text), message=done)

    def _text(self, name: str, text: str) -> tuple[tuple[str, str], ...]:
        return (*(old for old in self.texts if old[0] != name), (name, text))

    def _start(self, review: Review, texts: tuple[tuple[str, str], ...]) -> Self:
        if not review.schema.tables:
            raise InputError("there is no table in it", where=review.title, to_do="give CREATE TABLE statements")
        report = review.schema.report
        keys = sum(len(table.foreign_keys) for table in review.schema.tables)
        text = f"Read {count(len(review.schema.tables), 'table')} and {count(keys, 'foreign key')}"
        if lost := report.not_understood + report.partly:
            text += f"; {lost} of {count(report.statements, 'statement')} not or only partly understood"
        return replace(type(self)(review=review, texts=texts)._with_fitting_detail(), message=Message(f"{text}."))

    def _with_fitting_detail(self) -> Self:
        from dbarch_widgets.render.live_data import usual_level

        return replace(self, view=replace(self.view, detail=usual_level(self.diagram())))


def _is_workload(name: str, text: str) -> bool:
    from dbarch_widgets.measure.workload_sources.opening import Source
    from dbarch_widgets.measure.workload_sources.registry import format_of

    if "workload" in name.lower() or "-- name:" in text:
        return True
    return not name.lower().endswith((".sql", ".ddl")) and format_of(Source(content=text, name=name)).name != "SQL"
