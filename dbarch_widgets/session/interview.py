"""The interview as a value: the answers so far, what does not fit, and the file that they are saved in.

    interview = Interview().answer("tenants", "2_000").answer("regimes", "[gdpr]").save("my_review/intake.yaml")

Each step returns a new interview. An answer is written as YAML writes it, a sentence as it stands; an empty one opens its question again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from dbarch_widgets.errors import InputError, UnknownName
from dbarch_widgets.files import read_text, write_text
from dbarch_widgets.intake.contradictions import Contradiction, contradictions
from dbarch_widgets.intake.load import load_intake
from dbarch_widgets.intake.questions import QUESTIONS, Question, is_answered, open_questions, value_at
from dbarch_widgets.intake.template import template
from dbarch_widgets.intake.written import answer_yaml
from dbarch_widgets.model.display import MimeBundle, Shown, register_show
from dbarch_widgets.model.intake import Intake
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.rules.asks import asked_by, thresholds

FILE = "intake.yaml"


@dataclass(frozen=True)
class Interview(Shown):
    """`note` says what the last step did besides what was asked of it; `schema` offers the names of its tables."""

    intake: Intake = Intake()
    schema: Schema | None = None
    note: str = ""

    @classmethod
    def load(cls, source: str | Path, schema: Schema | None = None) -> Self:
        """The interview of an intake file or of a folder's `intake.yaml`; one that is not there yet is empty.

        Raises:
            InputError: the file is there and wrong.
        """
        file = _file(source)
        return cls(load_intake(file), schema) if file.is_file() else cls(schema=schema)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order in which they are asked."""
        return QUESTIONS

    @property
    def rules(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that read each answer, by its path."""
        return asked_by()

    @property
    def problems(self) -> tuple[Contradiction, ...]:
        """The answers that contradict each other or do not fit, errors first."""
        return contradictions(self.intake)

    @property
    def open(self) -> int:
        """How many questions are open."""
        return len(open_questions(self.intake))

    def text(self, key: str) -> str:
        """The answer to a question as YAML writes it (a sentence as it stands), empty when it is open.

        Raises:
            UnknownName: there is no such question.
        """
        question = _question(key)
        if not is_answered(self.intake, question):
            return ""
        value = value_at(self.intake, question.path)
        return str(value) if question.kind == "text" else answer_yaml(value)

    def answer(self, key: str, text: str) -> Self:
        """The same with one answer given, changed, or (with an empty text) taken back.

        Raises:
            UnknownName: there is no such question.
            InputError: the text is no answer to it; what the others say stays.
        """
        question = _question(key)
        value = _read(question, text) if text.strip() else value_at(Intake(), question.path)
        return replace(self, intake=_with(self.intake, question.path, value), note="")

    def example(self, key: str) -> str:
        """An answer to go by, with the tables of the schema at hand where tables are asked for."""
        question = _question(key)
        text = question.example.partition("  #")[0].strip()
        if question.path != "scale.tables" or self.schema is None:
            return text
        tables = sorted(self.schema.base_tables, key=lambda each: -len(self.schema.referencing(each.qname)))  # type: ignore[union-attr]
        names = (str(each.qname).removeprefix("public.") for each in tables if not each.partition_of)
        return (
            "\n".join(f"{name}: {{rows: , growth_per_month: }}" for name, _ in zip(names, range(5), strict=False))
            or text
        )

    @property
    def file_text(self) -> str:
        """The answers as the text of an `intake.yaml`, with their questions as comments."""
        return template(self.intake, self.rules, thresholds())

    def save(self, path: str | Path) -> Self:
        """Writes the answers with their questions as comments; `note` says where, and what became of an older file.

        A file that somebody wrote is kept beside the new one, as comments of its own would be lost.

        Raises:
            InputError: two answers contradict each other.
            SourceError: the place cannot be read or written.
        """
        errors = [each for each in self.problems if each.kind == "error"]
        if errors:
            raise InputError(f"{errors[0].path} {errors[0].text}", to_do=errors[0].to_do)
        file = _file(path)
        text = self.file_text
        note = f"Saved {file.as_posix()}."
        if file.is_file() and (before := read_text(file)) != text and not _is_ours(before):
            kept = _free(file)
            write_text(kept, before)
            note += f" The file that was there is kept as {kept.name}, as it had comments of its own."
        write_text(file, text)
        return replace(self, note=note)


@register_show
def _shown(thing: Interview) -> MimeBundle:
    from dbarch_widgets.render.interview_blocks import interview_blocks
    from dbarch_widgets.render.shows import bundle

    said = tuple(str(each) for each in thing.problems)
    return bundle(interview_blocks(thing.intake, open_questions(thing.intake), thing.rules, said))


def _file(source: str | Path) -> Path:
    """The intake file of a folder (one that is not there yet has a name without a suffix), or the file itself."""
    path = Path(source).expanduser()
    return path / FILE if path.is_dir() or not (path.suffix or path.is_file()) else path


def _question(key: str) -> Question:
    """The question of that key or path."""
    for question in QUESTIONS:
        if key in (question.key, question.path):
            return question
    raise UnknownName("question", key, [question.key for question in QUESTIONS])


def _read(question: Question, text: str) -> object:
    """The value of an answer; it is read as a file that has nothing else."""
    *sections, key = question.path.split(".")
    body = text.strip("\n")
    if "\n" in body or question.kind == "mapping" or body.lstrip().startswith("- "):
        lines = body if body.lstrip().startswith(("{", "[")) else "\n" + body
        body = lines.replace("\n", "\n    ")
    elif question.kind == "text":
        import json

        body = json.dumps(body, ensure_ascii=False)  # a sentence may have a colon or a hash in it
    document = f"{sections[0]}:\n  {key}: {body}\n" if sections else f"{key}: {body}\n"
    try:
        read = load_intake(document)
    except InputError as error:
        raise InputError(
            f"{question.path}: {error.what}", to_do=error.to_do or f"for example: {question.example}"
        ) from error
    return value_at(read, question.path)


def _with(intake: Intake, path: str, value: object) -> Intake:
    section, _, name = path.partition(".")
    changed: dict[str, Any] = {section: replace(getattr(intake, section), **{name: value}) if name else value}
    return replace(intake, **changed)


def _is_ours(text: str) -> bool:
    """Whether a file has no comments but those that are written with the questions."""
    ours = {line.strip() for line in template(rules=asked_by(), thresholds=thresholds()).splitlines()}
    return all(line.strip() in ours for line in text.splitlines() if line.lstrip().startswith("#"))


def _free(file: Path) -> Path:
    number = 1
    while (kept := file.with_name(f"{file.stem}.before{number}{file.suffix}")).exists():
        number += 1
    return kept
