"""An answer as YAML writes it, so that the file loads again and gives the same."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Mapping
from typing import Any

from dbarch_widgets.intake.questions import Question, is_answered, value_at
from dbarch_widgets.model.intake import Intake


def written(intake: Intake | None, question: Question, indent: str) -> str:
    """What stands after the key and its colon: ` 4`, or lines below it; nothing when the question is open."""
    if not is_answered(intake, question):
        return ""
    text = answer_yaml(value_at(intake, question.path))
    return f" {text}" if "\n" not in text and not _is_block(text) else "\n" + textwrap.indent(text, indent)


def answer_yaml(value: object) -> str:
    """One answer: a mapping a line for each key, a list of regions a line for each, all else on one line."""
    plain = _plain(value)
    if isinstance(plain, dict):
        return "\n".join(f"{_flow(key)}: {_flow(each)}" for key, each in plain.items())
    if isinstance(plain, list) and any(isinstance(each, dict) for each in plain):
        return "\n".join(f"- {_flow(each)}" for each in plain)
    return _flow(plain)


def _is_block(text: str) -> bool:
    """Whether a single line is a key with its value or an item of a list, which must stand below the key."""
    import yaml

    return text.startswith("- ") or isinstance(yaml.compose(text), yaml.MappingNode)


def _flow(value: object) -> str:
    import yaml

    return (
        yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
        .removesuffix("\n...\n")
        .removesuffix("\n")
    )


def _plain(value: Any) -> Any:
    """The answer in lists and dicts; what is open inside it is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: _plain(each) for name, each in pairs if each is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return int(value)
    return value
