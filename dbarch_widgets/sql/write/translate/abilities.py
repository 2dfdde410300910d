"""What each target can hold beside plain tables, said in one table, so that one translation serves all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Abilities:
    """`methods` maps the index methods that are kept to the ones written; `bytes_of_name` limits names."""

    title: str
    main: str
    schemas: bool = False
    comments: bool = False
    case_matters: bool = False
    bytes_of_name: int = 1000
    partial_indexes: bool = False
    expression_indexes: bool = True
    foreign_key_actions: bool = True
    foreign_keys_across_schemas: bool = True
    deferrable_foreign_keys: bool = False
    named_indexes_per_table: bool = False
    sequences: bool = False
    descending: bool = True
    stored: bool = True
    methods: tuple[tuple[str, str], ...] = (("btree", "btree"), ("hash", "btree"))


ABILITIES = {
    "postgres": Abilities(
        "PostgreSQL", "public", schemas=True, comments=True, case_matters=True, bytes_of_name=63,
        partial_indexes=True, deferrable_foreign_keys=True, sequences=True,
        methods=(("btree", "btree"), ("hash", "hash"), ("art", "btree")),
    ),
    "sqlite": Abilities("SQLite", "main", partial_indexes=True, deferrable_foreign_keys=True),
    "duckdb": Abilities(
        "DuckDB", "main", schemas=True, comments=True, foreign_key_actions=False, foreign_keys_across_schemas=False,
        sequences=True, descending=False, stored=False,
    ),
    "mysql": Abilities(
        "MySQL", "", comments=True, bytes_of_name=63, named_indexes_per_table=True,
        expression_indexes=False,
        methods=(("btree", "btree"), ("hash", "btree"), ("fulltext", "fulltext"), ("spatial", "spatial")),
    ),
}  # fmt: skip
