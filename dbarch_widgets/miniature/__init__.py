"""PostgreSQL's plans at production size, without production data."""
