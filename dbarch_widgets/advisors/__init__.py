"""Questions of design that no rule can decide: the ways are weighed under the answers of the intake.

One question is one file with an `ADVISOR`; `registry.py` lists them.
"""
