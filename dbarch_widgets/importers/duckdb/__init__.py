"""DuckDB → Schema: the real engine runs the text, its catalog says what came of it; and database files, read-only."""
