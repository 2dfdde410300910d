"""The questions to DuckDB's catalog, each asked once; `$catalog` is the database."""

from __future__ import annotations

TABLES = """
SELECT schema_name, table_name, comment, estimated_size, sql FROM duckdb_tables()
WHERE database_name = $catalog AND NOT internal AND NOT temporary ORDER BY table_oid"""

COLUMNS = """
SELECT c.schema_name, c.table_name, c.column_name, c.data_type, c.is_nullable, c.column_default, c.is_generated,
    c.generation_expression, c.comment
FROM duckdb_columns() c WHERE c.database_name = $catalog AND NOT c.internal ORDER BY c.table_oid, c.column_index"""

CONSTRAINTS = """
SELECT schema_name, table_name, constraint_type, constraint_name, expression, constraint_column_names,
    referenced_table, referenced_column_names
FROM duckdb_constraints() WHERE database_name = $catalog AND constraint_type <> 'NOT NULL'
ORDER BY table_oid, constraint_index"""

INDEXES = """
SELECT schema_name, table_name, index_name, is_unique, comment, sql FROM duckdb_indexes()
WHERE database_name = $catalog ORDER BY index_oid"""

VIEWS = """
SELECT schema_name, view_name, comment, sql FROM duckdb_views()
WHERE database_name = $catalog AND NOT internal AND NOT temporary ORDER BY view_oid"""

TYPES = """
SELECT schema_name, type_name, logical_type, labels, comment FROM duckdb_types()
WHERE database_name = $catalog AND NOT internal ORDER BY type_oid"""

SEQUENCES = """
SELECT schema_name, sequence_name, start_value, increment_by, min_value, max_value, cycle FROM duckdb_sequences()
WHERE database_name = $catalog AND NOT temporary ORDER BY sequence_oid"""

MACROS = """
SELECT schema_name, function_name, function_type, list_transform(parameters, lambda p: CAST(p AS VARCHAR)), macro_definition,
    comment
FROM duckdb_functions() WHERE database_name = $catalog AND NOT internal AND function_type IN ('macro', 'table_macro')
ORDER BY function_oid"""
