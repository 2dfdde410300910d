"""Performance tests of the workload that need nothing but pgbench."""
