"""Functional dependencies on data: found with DuckDB, and a decomposition that is proved on the rows."""
