"""A migration as numbered files with their safety settings, checks to run before, and a script that runs them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from dbarch_widgets.deliverables.migration.locks import BLOCKS
from dbarch_widgets.deliverables.migration.step import Check, Lock, Migration, Step
from dbarch_widgets.deliverables.part import File, file_slug
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.model.schema import QName
from dbarch_widgets.render.block_markdown import code_span, escaped
from dbarch_widgets.render.clean import one_line
from dbarch_widgets.sql.write.base import comment
from dbarch_widgets.sql.write.postgres.functions import dollar_quoted
from dbarch_widgets.sql.write.words import literal

LOCK_TIMEOUT = "3s"
SHORT, LONG = "60s", "0"


def migration_files(migration: Migration, stages: Sequence[tuple[str, int]] = ()) -> tuple[File, ...]:
    """The script, the settings of its own, the checks, the steps' files both ways, and the table of them.

    `stages`: the name of each with the number of its last step.
    """
    steps, folder, state = migration.steps, migration.folder, migration.state
    back = sum(step.rollback != "not reversible" for step in steps)
    found = [
        File(
            f"{folder}/run.sh",
            _runner(migration),
            "Runs the migration",
            f"{len(steps)} steps, {back} of them reversible. It remembers in the schema {state} what is done, goes on from there, and waits for no lock longer than {LOCK_TIMEOUT}. Words: status, preflight, up [N], down [N], forget.",
            f"sh {folder}/run.sh up",
        ),
        File(
            f"{folder}/README.md",
            _readme(migration),
            "What each step does",
            "Each step with its lock, whether it rewrites, and how it is taken back.",
        ),
        File(
            f"{folder}/preflight.sql",
            _preflight(migration),
            "Checks before",
            "Shows the rows that a step would stumble over; changes nothing and fails when there are any.",
            psql_file(f"{folder}/preflight.sql"),
        ),
        File(
            f"{folder}/setup.sql",
            setup_sql(migration),
            "What run.sh keeps",
            "The tables in which run.sh remembers what is done.",
        ),
    ]
    for number, step in enumerate(steps, start=1):
        name = f"{number:03d}_{file_slug(step.title, 'step')}"
        stage = next((name for name, last in stages if number <= last), "")
        for way in ("up", "down"):
            path = f"{folder}/{way}/{name}.sql"
            title = f"Step {number}: {one_line(step.title)}" if way == "up" else f"Step {number} back"
            text = _step_file(migration, step, number, way)
            found.append(File(path, text, title, _told(step, way), psql_file(path), number, stage))
    return tuple(found)


def setup_sql(migration: Migration) -> str:
    state, kept = migration.state, migration.kept
    return f"""-- What is done of this migration, and how far the filling of columns has come.
CREATE SCHEMA IF NOT EXISTS {state};
CREATE SCHEMA IF NOT EXISTS {kept};
CREATE TABLE IF NOT EXISTS {state}.step (
    number integer PRIMARY KEY,
    title text NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS {state}.backfill (
    what text PRIMARY KEY,
    reached jsonb NOT NULL
);
REVOKE ALL ON SCHEMA {state}, {kept} FROM PUBLIC;
"""


def _runner(migration: Migration) -> str:
    text = files("dbarch_widgets.deliverables.migration").joinpath("run.sh").read_text(encoding="utf-8")
    return text.replace("@STATE@", migration.state).replace("@KEPT@", migration.kept)


def _way(step: Step, way: str) -> tuple[tuple[str, ...], tuple[Lock, ...], bool, bool]:
    """Statements, locks, whether it rewrites, whether it is a transaction."""
    if way == "up":
        return step.up, step.locks, step.rewrites, step.transaction
    return (
        step.down,
        step.locks if step.down_locks is None else step.down_locks,
        step.rewrites if step.down_rewrites is None else step.down_rewrites,
        step.transaction if step.down_transaction is None else step.down_transaction,
    )


def _step_file(migration: Migration, step: Step, number: int, way: str) -> str:
    statements, locks, rewrites, transaction = _way(step, way)
    lines = [
        f"Step {number}{' back' if way == 'down' else ''}: {one_line(step.title)}",
        "",
        f"Lock: {lock_words(locks)}",
    ]
    lines += [f"Rewrites the table: {'yes' if rewrites else 'no'}", f"Rollback: {step.rollback}"]
    lines += [f"Transaction: {'one' if transaction else 'none, each statement is its own'}"]
    lines += [f"Note: {note}" for note in step.notes]
    lines += (
        [f"Because of {finding.rule}: {one_line(finding.message)}" for finding in step.because] if way == "up" else []
    )
    lines += [f"Checked before: {check.title}" for check in step.checks] if way == "up" else []
    slow = not transaction or rewrites or _reads(step)
    settings = [
        f"SET lock_timeout = '{LOCK_TIMEOUT}'",
        f"SET statement_timeout = '{LONG if slow else SHORT}'",
        f"SET search_path = {migration.search_path}",
        "SET client_min_messages = warning",
        "SET check_function_bodies = false",
    ]
    record = _record(migration.state, step, number, way)
    body = [*settings, *(["BEGIN"] if transaction else []), *statements, record, *(["COMMIT"] if transaction else [])]
    return comment("\n".join(lines)) + "\n\n" + "".join(f"{statement};\n" for statement in body)


def _reads(step: Step) -> bool:
    """Whether it reads the whole table, so that no time is known in which it is done."""
    return bool(step.checks) or step.rollback == "data kept aside"


def _record(state: str, step: Step, number: int, way: str) -> str:
    if way == "down":
        return f"DELETE FROM {state}.step WHERE number = {number}"
    title = literal(one_line(step.title))
    return f"INSERT INTO {state}.step (number, title) VALUES ({number}, {title}) ON CONFLICT (number) DO NOTHING"


def lock_words(locks: Sequence[Lock]) -> str:
    """`ACCESS EXCLUSIVE on orders, items (blocks reads and writes)`."""
    if not locks:
        return "none on a table that is there"
    return "; ".join(
        f"{mode} on {', '.join(one_line(str(table)) for table in tables)} ({BLOCKS[mode]})"
        for mode, tables in _by_mode(locks)
    )


def _by_mode(locks: Sequence[Lock]) -> list[tuple[str, list[QName]]]:
    found: dict[str, list[QName]] = {}
    for lock in locks:
        found.setdefault(lock.mode, []).append(lock.table)
    return list(found.items())


def _told(step: Step, way: str) -> str:
    statements, locks, rewrites, _ = _way(step, way)
    if not statements:
        return "Nothing is to be done."
    return f"Lock: {lock_words(locks)}; {'rewrites the table; ' if rewrites else ''}{step.rollback}."


# Checks before


def _checks(migration: Migration) -> Iterator[tuple[int, Check]]:
    for number, step in enumerate(migration.steps, start=1):
        for check in step.checks:
            yield number, check


def _preflight(migration: Migration) -> str:
    """Each check shows up to 20 rows; at the end one statement fails when there was any."""
    checks = list(_checks(migration))
    parts = [
        comment(
            "Rows that a step of the migration would stumble over. Nothing is changed; every answer is to be empty."
        ),
        f"SET search_path = {migration.search_path};\nSET default_transaction_read_only = on;",
    ]
    for number, check in checks:
        parts.append(f"{comment(f'Step {number}: {check.title}')}\n{check.sql}\nLIMIT 20;")
    asked = "\n".join(
        f"    IF EXISTS ({check.sql}\n) THEN\n        found := array_append(found, {literal(f'step {number}: {one_line(check.title)}')});\n    END IF;"
        for number, check in checks
    )
    block = f"""
DECLARE
    found text[] := '{{}}';
BEGIN
{asked}
    IF cardinality(found) > 0 THEN
        RAISE EXCEPTION 'Rows are in the way: %', array_to_string(found, '; ');
    END IF;
END
"""
    parts.append(f"{comment('The verdict')}\nDO {dollar_quoted(block)};\n\\echo 'No row is in the way.'")
    return "\n\n".join(parts) + "\n"


# The table of steps


def _readme(migration: Migration) -> str:
    parts = [
        "# Migration",
        f"Run it in this order: a backup that was restored once, `sh {migration.folder}/run.sh preflight`, `sh {migration.folder}/run.sh up`. "
        f"`sh {migration.folder}/run.sh down` goes all the way back. Every step waits for a lock no longer than "
        f"{LOCK_TIMEOUT} and is tried again; a step that was interrupted is run again from its beginning, a filling from its last batch.",
        "Locks are those measured on PostgreSQL 15.18 for the form of the statement, or documented. *Data kept aside*: what "
        f"the step would lose lies in the schema `{migration.kept}`. `sh {migration.folder}/run.sh forget` drops that schema with all that was kept, and what run.sh remembers.",
        "| step | does | lock | rewrites | rollback |\n|---|---|---|---|---|\n" + "\n".join(_rows(migration)),
    ]
    for title, words in (
        ("No step does this", migration.cannot),
        ("Going back does not restore this", migration.cannot_back),
    ):
        if words:
            parts += [f"## {title}", "\n".join(f"- {escaped(each)}" for each in words)]
    return "\n\n".join(parts) + "\n"


def _rows(migration: Migration) -> Iterator[str]:
    for number, step in enumerate(migration.steps, start=1):
        rules = ", ".join(dict.fromkeys(finding.rule for finding in step.because))
        title = escaped(one_line(step.title)) + (f" ({escaped(rules)})" if rules else "")
        held = [
            f"{mode} on {', '.join(code_span(str(table)) for table in tables)}" for mode, tables in _by_mode(step.locks)
        ]
        lock = "; ".join(held).replace("|", "\\|") or "none"
        yield f"| {number} | {title} | {lock} | {'yes' if step.rewrites else 'no'} | {step.rollback} |"
