"""A running PostgreSQL → Schema, Profile and Workload, from its catalogs, without changing anything."""
