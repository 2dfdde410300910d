"""The frozen core: what a schema, a workload, a measurement and a review are. Imports nothing but the errors."""
