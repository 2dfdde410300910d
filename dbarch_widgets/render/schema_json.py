"""A Schema as the JSON of `dbarch import --json`: a promise to users, so fields are added and never changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dbarch_widgets.model.inferred import InferredRelation, infer_relations
from dbarch_widgets.model.objects import Function, Policy, RowSecurity
from dbarch_widgets.model.report import ImportReport
from dbarch_widgets.model.schema import Column, ForeignKey, Index, IndexKey, PrimaryKey, QName, Schema, Table, Unique

Json = dict[str, Any]


def schema_json(schema: Schema) -> Json:
    """The whole schema with its import report; everything that has a name is sorted by it, columns keep their order."""
    return {
        "dialect": schema.dialect,
        "tables": [_table(table) for table in sorted(schema.tables, key=lambda table: table.qname)],
        "views": _sorted(asdict(view) | {"indexes": _sorted(map(_index, view.indexes))} for view in schema.views),
        "enums": _sorted(asdict(enum) | {"values": list(enum.values)} for enum in schema.enums),
        "domains": _sorted(
            asdict(domain) | {"checks": [{"name": name, "expression": rule} for name, rule in domain.checks]}
            for domain in schema.domains
        ),
        "sequences": _sorted(
            asdict(sequence) | {"owned_by": list(sequence.owned_by) if sequence.owned_by else None}
            for sequence in schema.sequences
        ),
        "functions": sorted(
            map(_function, schema.functions), key=lambda each: (each["schema"], each["name"], each["arguments"])
        ),
        "extensions": _sorted(asdict(extension) for extension in schema.extensions),
        "roles": _sorted(asdict(role) | {"member_of": list(role.member_of)} for role in schema.roles),
        "default_privileges": [
            asdict(default) | {"privileges": list(default.privileges)} for default in schema.default_privileges
        ],
        "namespaces": _sorted(asdict(namespace) for namespace in schema.namespaces),
        "database_grants": [asdict(grant) for grant in schema.database_grants],
        "inferred_relations": [_inferred(relation) for relation in infer_relations(schema)],
        "report": report_json(schema.report),
    }


def _inferred(relation: InferredRelation) -> Json:
    return {
        "schema": relation.table.schema,
        "table": relation.table.name,
        "columns": list(relation.columns),
        "ref_schema": relation.ref_table.schema,
        "ref_table": relation.ref_table.name,
        "ref_columns": list(relation.ref_columns),
        "confidence": relation.confidence,
        "reason": relation.reason,
    }


def _sorted(things: Any) -> list[Json]:
    return sorted(things, key=lambda thing: (thing.get("schema") or "", thing["name"]))


def report_json(report: ImportReport) -> Json:
    """Counts of statements, and each that did not come through whole, in the order of the source."""
    return {
        "statements": report.statements,
        "understood": report.understood,
        "partly": report.partly,
        "skipped": report.skipped,
        "not_understood": report.not_understood,
        "problems": [asdict(problem) for problem in report.problems],
        "notes": list(report.notes),
    }


def _table(table: Table) -> Json:
    return {
        "schema": table.schema,
        "name": table.name,
        "kind": table.kind,
        "comment": table.comment,
        "owner": table.owner,
        "unlogged": table.unlogged,
        "options": dict(sorted(table.options.items())),
        "inherits": [_dotted(parent) for parent in table.inherits],
        "partition_of": _dotted(table.partition_of) if table.partition_of else None,
        "partition_bound": table.partition_bound,
        "partition_key": table.partition_key,
        "without_rowid": table.without_rowid,
        "file": table.file,
        "line": table.line,
        "columns": [_column(column) for column in table.columns],
        "primary_key": _key(table.primary_key) if table.primary_key else None,
        "unique": _sorted(_key(unique) | {"nulls_distinct": unique.nulls_distinct} for unique in table.unique),
        "foreign_keys": _sorted(map(_foreign_key, table.foreign_keys)),
        "checks": _sorted(asdict(check) for check in table.checks),
        "exclusions": _sorted(asdict(exclusion) for exclusion in table.exclusions),
        "indexes": _sorted(map(_index, table.indexes)),
        "rls": _row_security(table.rls),
        "triggers": _sorted(asdict(trigger) | {"events": list(trigger.events)} for trigger in table.triggers),
        "grants": [
            asdict(grant) | {"privileges": list(grant.privileges), "columns": list(grant.columns)}
            for grant in sorted(table.grants, key=lambda grant: (grant.role, grant.columns, grant.privileges))
        ],
    }


def _dotted(name: QName) -> str:
    """Always with its schema: `str()` would leave `public` out."""
    return f"{name.schema}.{name.name}"


def _column(column: Column) -> Json:
    return {
        "name": column.name,
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        "identity": column.identity is not None,
        "identity_kind": column.identity,
        "generated": column.generated,
        "generated_kind": column.generated_kind,
        "collation": column.collation,
        "on_update": column.on_update,
        "comment": column.comment,
        "line": column.line,
    }


def _key(key: PrimaryKey | Unique) -> Json:
    return {
        "name": key.name,
        "columns": list(key.columns),
        "include": list(key.include),
        "deferrable": key.deferrable,
        "initially_deferred": key.initially_deferred,
        "line": key.line,
    }


def _foreign_key(key: ForeignKey) -> Json:
    lists = {name: list(getattr(key, name)) for name in ("columns", "ref_columns", "on_delete_columns")}
    return asdict(key) | lists


def _index(index: Index) -> Json:
    return {
        "name": index.name,
        "method": index.method,
        "unique": index.unique,
        "nulls_distinct": index.nulls_distinct,
        "keys": [_index_key(key) for key in index.keys],
        "include": list(index.include),
        "where": index.where,
        "valid": index.valid,
        "comment": index.comment,
        "file": index.file,
        "line": index.line,
    }


def _index_key(key: IndexKey) -> Json:
    what: Json = {"column": key.column} if key.column is not None else {"expression": key.expression}
    if key.length is not None:
        what["length"] = key.length
    return what | {"opclass": key.opclass, "collation": key.collation, "order": key.order, "nulls": key.nulls}


def _row_security(rls: RowSecurity) -> Json:
    return {
        "enabled": rls.enabled,
        "forced": rls.forced,
        "policies": _sorted(map(_policy, rls.policies)),
    }


def _policy(policy: Policy) -> Json:
    return asdict(policy) | {"roles": list(policy.roles)}


def _function(function: Function) -> Json:
    return asdict(function)
