"""DBML → Schema: pydbml parses, each element by itself where the whole does not parse, and PostgreSQL's reader reads."""

from __future__ import annotations

from dbarch_widgets.importers.dbml.read import read_dbml

__all__ = ["read_dbml"]
