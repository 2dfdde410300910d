"""All parts of the deliverables, in the order in which the index page has them."""

from __future__ import annotations

from dbarch_widgets.deliverables import migration_part, schema_ddl
from dbarch_widgets.deliverables.part import Part

PARTS: tuple[Part, ...] = (
    schema_ddl.PART,
    migration_part.PART,
)
