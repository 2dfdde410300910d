"""The indexes that the target has and the schema has not, and those that go, each with its reasons and its costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dbarch_widgets.deliverables.migration import Hints, Step
from dbarch_widgets.deliverables.migration import indexes as planning
from dbarch_widgets.deliverables.migration.draft import Draft
from dbarch_widgets.deliverables.migration.files import lock_words
from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.model.finding import Evidence, Finding
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.schema import Schema, Table
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.render.words import number
from dbarch_widgets.rules.words import big, rate_text
from dbarch_widgets.sql.write.base import comment
from dbarch_widgets.sql.write.postgres.objects import schemas_of
from dbarch_widgets.sql.write.words import literal, named

_DROP = "DROP INDEX CONCURRENTLY IF EXISTS "


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """One file, in which each statement stands after what speaks for it."""
    if context.dialect != "postgres":
        raise LeftOut(f"fixes are written for PostgreSQL only, and this is {context.database}")
    draft = Draft(review.schema, _on_what_is_there(review.schema, context.target), Hints())
    planning.added(draft)
    made = len(draft.steps)
    planning.dropped(draft)
    if not draft.steps:
        raise LeftOut("no fix that was chosen makes or drops an index")
    places = ", ".join(named(place) for place in dict.fromkeys(("public", *schemas_of(context.target))))
    parts = [
        comment(
            "Indexes of the target, each with its reasons and its costs. The migration makes them too: run one of the two.\n"
            "Each statement is its own transaction, and reads and writes go on. It can be run again: what is there is left."
        ),
        f"SET lock_timeout = '3s';\nSET statement_timeout = 0;\nSET client_min_messages = warning;\nSET search_path = {places};",
        "\n".join(
            f"CREATE EXTENSION IF NOT EXISTS {named(name)};" for name in _extensions(review.schema, context.target)
        ),
        _invalid(draft.steps[:made]),
    ]
    parts += [_one(context, step, at, at <= made) for at, step in enumerate(draft.steps, start=1)]
    note = f"{made} to make, {len(draft.steps) - made} to drop; CONCURRENTLY, each with why, for which query and at what cost."
    text = "\n\n".join(filter(None, parts)) + "\n"
    return (File("indexes/indexes.sql", text, "Indexes with their reasons", note, psql_file("indexes/indexes.sql")),)


def _on_what_is_there(schema: Schema, target: Schema) -> Schema:
    """The target without tables and indexes that need what only the migration makes."""
    tables = []
    for table in target.tables:
        before = schema.find(table.qname)
        if before is not None:
            kept = [
                index
                for index in table.indexes
                if all(name is None or before.has_column(name) for name in index.columns)
            ]
            tables.append(replace(table, indexes=tuple(kept)))
    return replace(target, tables=tuple(tables))


def _extensions(schema: Schema, target: Schema) -> list[str]:
    """Those that an operator class of a new index may come from."""
    known = {extension.name for extension in schema.extensions}
    return [extension.name for extension in target.extensions if extension.name not in known]


def _invalid(steps: list[Step]) -> str:
    """Drops what an interrupted build left behind; psql runs each answer as a statement."""
    listed = ", ".join(literal(step.names[0]) for step in steps)
    if not listed:
        return ""
    words = comment("A build that was interrupted leaves an index that is not valid, and in the way.")
    return (
        f"{words}\nSELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) FROM pg_index JOIN pg_class ON oid = indexrelid\n"
        f"WHERE NOT indisvalid AND relkind = 'i' AND relname IN ({listed}) \\gexec"
    )


def _one(context: DeliveryContext, step: Step, at: int, makes: bool) -> str:
    table = context.target.find(step.table) if step.table else None
    lines = [f"{at}. {one_line(step.title)}", f"Lock: {lock_words(step.locks)}"]
    for finding in _reasons(context, step):
        lines += _why(context, finding)
    if table is not None:
        lines += _costs(context, table, makes)
    return (
        comment("\n".join(lines)) + "\n" + "".join(f"{statement};\n" for statement in _statements(step, makes)).rstrip()
    )


def _statements(step: Step, makes: bool) -> list[str]:
    """What is there already is left; on a partitioned table it is made anew."""
    if not makes or len(step.up) > 3 or not step.up[0].startswith(_DROP):
        return list(step.up)
    return [
        statement.replace("INDEX CONCURRENTLY ", "INDEX CONCURRENTLY IF NOT EXISTS ", 1) for statement in step.up[1:]
    ]


def _reasons(context: DeliveryContext, step: Step) -> Iterator[Finding]:
    for finding in context.review.findings:
        here = finding.accepted is None and (finding.schema, finding.table) == step.table
        if here and finding.fix and any(name in finding.fix.sql for name in step.names):
            yield finding


def _why(context: DeliveryContext, finding: Finding) -> Iterator[str]:
    yield f"Why ({finding.rule}, {finding.severity}, {finding.confidence}): {one_line(finding.message)}"
    if finding.query and context.review.workload:
        query = next((each for each in context.review.workload.statements if each.name == finding.query), None)
        if query:
            rate = f", {rate_text(query.rate)}" if query.rate else ""
            yield f"Query {one_line(query.name)}{rate}: {one_line(query.sql, 600)}"
    if finding.evidence:
        yield f"Evidence: {_evidence(finding.evidence)}"


def _evidence(evidence: Evidence) -> str:
    """`measured on postgres 18.6: rows read 50,000 → 12`."""
    after = dict(evidence.after)
    pairs = [
        f"{one_line(name)} {number(value)} → {number(after[name])}" for name, value in evidence.before if name in after
    ]
    ratio = f"; {evidence.ratio.median:.3g} of what it was" if evidence.ratio else ""
    return f"{evidence.kind} on {one_line(evidence.engine)}: {', '.join(pairs) or 'see the report'}{ratio}"


def _costs(context: DeliveryContext, table: Table, makes: bool) -> Iterator[str]:
    """What each write pays, as the workload has it, and over how many rows it is built."""
    writes = [
        query for query in context.rules.queries_on(table) if query.statement.verb in ("insert", "update", "delete")
    ]
    rate = sum(query.query.rate or 0 for query in writes if query.written and query.written.qname == table.qname)
    rows = context.rules.scale(table).rows
    if rate:
        does = (
            "each of them writes it too, but for updates that touch none of its columns"
            if makes
            else "none of them writes it any more"
        )
        yield f"Costs: {one_line(table.qname)} is written about {rate_text(rate)}; {does}."
    if rows and makes:
        yield f"It is built over {big(rows)} rows, read twice."


PART = Part("indexes", "Indexes", write)
