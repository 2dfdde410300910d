"""Regulations as data: what regimes ask of records, held against a design.

`requirements.yaml` has a line for each requirement with its article, its source, how well it is known, and its check; a check
is a small function of `checks/`. Nothing here is legal advice, and a requirement that is seen is not a law that is kept.
"""
