"""From one schema to another in steps that a running PostgreSQL survives, and back.

`plan_migration(old, new)` gives the steps, each with its lock, whether it rewrites, and how it is taken back; `files.py`
writes them down as numbered files with a script that runs them.
"""

from __future__ import annotations

from dbarch_widgets.deliverables.migration.planning import plan_migration
from dbarch_widgets.deliverables.migration.step import Check, Hints, Migration, Step

__all__ = ["Check", "Hints", "Migration", "Step", "plan_migration"]
