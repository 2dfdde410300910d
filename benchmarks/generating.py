"""What the generator's benchmarks share: CPU seconds, and the generator's SELECT for a schema."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dbarch_widgets.model.schema import QName
from dbarch_widgets.reviewing.sources import read_schema
from dbarch_widgets.sql.postgres_words import in_public
from dbarch_widgets.synth.compile import Compiler
from dbarch_widgets.synth.profile import default_profile


@dataclass(frozen=True)
class Cost:
    """CPU seconds of this process and its children, and wall seconds."""

    cpu: float
    wall: float


def measured(work: Callable[[], object]) -> Cost:
    """What one call costs."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return Cost(_cpu() - cpu, time.perf_counter() - wall)


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def select(
    ddl: str, table: str, rows: Mapping[str, int], settings: Mapping[str, tuple[tuple[str, object], ...]] | None = None
) -> str:
    """The generator's SELECT of one table by the default profile; `settings` of single columns replace its own."""
    schema, name = in_public(read_schema(ddl)), QName("public", table)
    compiler = Compiler(schema, default_profile(schema, rows=rows), seed=1)
    changed = {column: replace(compiler.column(name, column), settings=own) for column, own in (settings or {}).items()}
    return compiler.table(name, overrides=changed).select


def share_of_rows() -> float:
    """DBARCH_BENCH_SHARE: a share of the rows for a quick look; 1 for the figures that count."""
    return float(os.environ.get("DBARCH_BENCH_SHARE", "1"))
