"""The kinds of checks: each file has one or two, `registry.py` lists them all."""
