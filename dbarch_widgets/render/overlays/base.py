"""What an overlay is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dbarch_widgets.model.classification import Classification
from dbarch_widgets.model.finding import Finding
from dbarch_widgets.model.schema import Schema
from dbarch_widgets.model.tenant_map import TenantMap
from dbarch_widgets.model.workload import Workload
from dbarch_widgets.render.crowsfoot import ErModel
from dbarch_widgets.render.drawing.marks import Marks


@dataclass(frozen=True, eq=False)
class Subject:
    """What an overlay may look at. `model` has the tables that are drawn, `schema` all there are."""

    schema: Schema
    model: ErModel
    findings: tuple[Finding, ...] = ()
    workload: Workload | None = None
    classification: Classification | None = None
    tenants: TenantMap | None = None


class Overlay(Protocol):
    """Marks tables, columns and lines. Its shapes and words must say what its colours say.

    `name` is what people write, `needs` the argument of `er_diagram` without which it has nothing to show ("" for none).
    """

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> str: ...

    def marks(self, subject: Subject) -> Marks:
        """The marks, with their legend and what they come to in sentences."""
        ...
