"""Rules of the area queries: they read the workload."""
