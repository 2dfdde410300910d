"""What the answers of the intake make of a finding: one table of reasons to take it more or less seriously.

A rule says what is wrong in the schema and how bad that usually is. The same fault weighs more where writes are dear, where
a regime asks for records, or where strangers share the tables; each line here is one such reason with its threshold, so
that the questions can say truly what hangs on them. What a rule finds at all is in the rule itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dbarch_widgets.intake.regimes import regime_name
from dbarch_widgets.model.finding import SEVERITIES, Because, Finding, Severity
from dbarch_widgets.model.schema import QName, Table
from dbarch_widgets.rules.context import Context

_RECORDS = ("mifid2", "sec_17a4", "cat", "cftc", "emir")
_CLOCKS = ("mifid2", "cat")
_BUSY, _QUIET = 1_000, 10
_MANY_TENANTS = 10
_HOUR, _DAY = 3_600, 86_400
_DEAR_WRITES = ("update-of-indexed-column", "hot-table-without-fillfactor", "trigger-heavy-table")
_APART = ("schema_per_tenant", "database_per_tenant")


@dataclass(frozen=True)
class Weight:
    """One reason. It `holds` for a finding of one of `rules`, and moves its severity up to, or down to, a level."""

    rules: tuple[str, ...]
    path: str
    when: str
    holds: Callable[[Context, Finding], bool]
    at_least: Severity | None = None
    at_most: Severity | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The answers that it looks at: writes are taken at their peak."""
        return (self.path, "scale.peak_factor") if self.path == "scale.writes_per_second" else (self.path,)

    @property
    def words(self) -> str:
        """`1,000 writes a second or more at the peak: duplicate-index is high at least`."""
        return f"{self.when}: {', '.join(self.rules)} {'is' if len(self.rules) == 1 else 'are'} {self.moves}"

    @property
    def moves(self) -> str:
        """`high at least` or `low at most`."""
        return f"{self.at_least} at least" if self.at_least else f"{self.at_most} at most"


def _any_regime(*keys: str) -> Callable[[Context, Finding], bool]:
    return lambda context, _: bool((context.regimes or frozenset()) & set(keys))


def _names(*keys: str) -> str:
    return ", ".join(regime_name(key) for key in keys)


def _writes(context: Context, least: float = 0.0, most: float = math.inf) -> bool:
    writes = context.peak_writes_per_second
    return writes is not None and least <= writes <= most


def _table(context: Context, finding: Finding) -> Table | None:
    return context.schema.find(QName(finding.schema or "public", finding.table)) if finding.table else None


def _kept(context: Context, finding: Finding) -> float | None:
    """Days that the rows of the finding's table are to be kept."""
    table = _table(context, finding)
    return context.retention_days(table) if table else None


def _lists_tenants(context: Context, finding: Finding) -> bool:
    """Whether it is about the table of the tenants, which tells their names and not what they do."""
    root = context.tenants.root if context.tenants else None
    return root is not None and (finding.schema, finding.table) == (root.schema, root.name)


WEIGHTS: tuple[Weight, ...] = (
    Weight(
        ("mutable-audit-table",),
        "regimes",
        f"{_names(*_RECORDS, 'pci_dss')}",
        _any_regime(*_RECORDS, "pci_dss"),
        at_least="medium",
    ),
    Weight(
        ("mutable-audit-table",),
        "regimes",
        f"{_names(*_RECORDS, 'pci_dss')}, and a role may change rows",
        lambda context, finding: finding.fix is not None and _any_regime(*_RECORDS, "pci_dss")(context, finding),
        at_least="high",
    ),
    Weight(
        ("audit-trail-without-author",),
        "regimes",
        f"{_names('sec_17a4')}, which asks who made each change",
        _any_regime("sec_17a4"),
        at_least="high",
    ),
    Weight(
        ("audit-trail-can-be-truncated",),
        "regimes",
        _names(*_RECORDS, "pci_dss"),
        _any_regime(*_RECORDS, "pci_dss"),
        at_least="medium",
    ),
    Weight(
        ("money-without-currency",),
        "regions",
        "more than one region",
        lambda context, _: len(context.regions or ()) > 1,
        at_least="medium",
    ),
    Weight(
        ("personal-data-as-key",),
        "regimes",
        _names("gdpr"),
        _any_regime("gdpr"),
        at_least="medium",
    ),
    Weight(
        ("rls-not-forced",),
        "tenancy.tenants",
        f"{_MANY_TENANTS} tenants or more",
        lambda context, _: (context.said_tenants or 0) >= _MANY_TENANTS,
        at_least="medium",
    ),
    Weight(
        ("broad-default-privileges", "login-role-owns-tables"),
        "data_classes",
        "data of a special kind, or payment cards",
        lambda context, _: bool((context.data_classes or frozenset()) & {"special", "payment_card"}),
        at_least="medium",
    ),
    Weight(
        ("cascade-into-records",),
        "regimes",
        f"{_names(*_RECORDS)}, which say how long records are kept",
        _any_regime(*_RECORDS),
        at_least="high",
    ),
    Weight(
        ("timestamp-without-time-zone", "time-as-text"),
        "regimes",
        f"{_names(*_CLOCKS)}, whose times are traceable to UTC",
        _any_regime(*_CLOCKS),
        at_least="high",
    ),
    Weight(
        ("timestamp-rounded-to-seconds",),
        "regimes",
        f"{_names(*_CLOCKS)}, which ask for milliseconds",
        _any_regime(*_CLOCKS),
        at_least="high",
    ),
    Weight(
        ("timestamp-without-time-zone", "time-as-text"),
        "regions",
        "more than one region",
        lambda context, _: len(context.regions or ()) > 1,
        at_least="high",
    ),
    Weight(
        ("personal-data-column",), "regimes", _names("gdpr"), _any_regime("gdpr"), at_least="low",
    ),
    Weight(
        ("plaintext-secret-column",), "regimes", _names("pci_dss"), _any_regime("pci_dss"), at_least="high",
    ),
    Weight(
        ("broad-grant", "granted-to-public"),
        "data_classes",
        "data of a special kind, or payment cards",
        lambda context, _: bool((context.data_classes or frozenset()) & {"special", "payment_card"}),
        at_least="high",
    ),
    Weight(
        ("tenant-table-without-rls", "nullable-tenant-key"),
        "tenancy.tenants",
        f"{_MANY_TENANTS} tenants or more",
        lambda context, finding: (context.said_tenants or 0) >= _MANY_TENANTS and not _lists_tenants(context, finding),
        at_least="high",
    ),
    Weight(
        ("tenant-table-without-rls", "nullable-tenant-key", "foreign-key-without-tenant", "global-unique-in-tenant-table"),
        "tenancy.model",
        "a schema or a database for each tenant",
        lambda context, _: context.tenancy_model in _APART,
        at_most="low",
    ),
    Weight(
        ("duplicate-index",),
        "scale.writes_per_second",
        f"{_BUSY:,} writes a second or more at the peak",
        lambda context, _: _writes(context, least=_BUSY),
        at_least="high",
    ),
    Weight(
        ("redundant-index", "unused-index", "boolean-index", "too-many-indexes", *_DEAR_WRITES),
        "scale.writes_per_second",
        f"{_BUSY:,} writes a second or more at the peak",
        lambda context, _: _writes(context, least=_BUSY),
        at_least="medium",
    ),
    Weight(
        ("duplicate-index", "redundant-index", "unused-index", "boolean-index", "too-many-indexes", *_DEAR_WRITES),
        "scale.writes_per_second",
        f"{_QUIET} writes a second or fewer at the peak",
        lambda context, _: _writes(context, most=_QUIET),
        at_most="low",
    ),
    Weight(
        ("unlogged-table",),
        "recovery.rpo_seconds",
        "an hour of data or less may be lost",
        lambda context, _: context.rpo_seconds is not None and context.rpo_seconds <= _HOUR,
        at_least="high",
    ),
    Weight(
        ("unlogged-table",),
        "recovery.rpo_seconds",
        "more than a day of data may be lost",
        lambda context, _: (context.rpo_seconds or 0) > _DAY,
        at_most="low",
    ),
    Weight(
        ("growing-table-without-retention",),
        "retention",
        "a time after which its rows are to go",
        lambda context, finding: math.isfinite(_kept(context, finding) or math.inf),
        at_least="medium",
    ),
    Weight(
        ("growing-table-without-retention",),
        "retention",
        "its rows are kept for ever",
        lambda context, finding: _kept(context, finding) == math.inf,
        at_most="low",
    ),
    Weight(
        ("constraint-not-validated",),
        "system.stage",
        "planned: no table has rows yet",
        lambda context, _: context.is_planned,
        at_most="info",
    ),
)  # fmt: skip


def weights_of(rule: str) -> tuple[Weight, ...]:
    """The reasons that can move the findings of a rule."""
    return tuple(weight for weight in WEIGHTS if rule in weight.rules)


def weighed(finding: Finding, context: Context) -> Finding:
    """The finding with the severity that the answers give it; the answers that moved it are among its `because`."""
    for weight in weights_of(finding.rule):
        # Whether it holds is asked in any case, so that an open answer is noted as one that could change it.
        moved = _moved(finding.severity, weight)
        if weight.holds(context, finding) and moved != finding.severity:
            paths = [*(each.path for each in finding.because), *_paths(context, finding, weight)]
            because = tuple(Because(path, "") for path in dict.fromkeys(paths))
            finding = replace(finding, severity=moved, because=because)
    return finding


def _moved(severity: Severity, weight: Weight) -> Severity:
    rank = SEVERITIES.index(severity)
    if weight.at_least is not None:
        rank = min(rank, SEVERITIES.index(weight.at_least))
    if weight.at_most is not None:
        rank = max(rank, SEVERITIES.index(weight.at_most))
    return SEVERITIES[rank]


def _paths(context: Context, finding: Finding, weight: Weight) -> Iterator[str]:
    if weight.path == "retention" and (table := _table(context, finding)):
        yield context.retention_path(table)
        return
    yield from weight.paths
