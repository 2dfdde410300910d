"""pgbench scripts of the workload: one for each query and transaction, run at their rates together.

The values of parameters come from a table for each script, filled once from the rows that the database holds, so that a
script asks for values that are there. Each execution reads its set of values first; that small read counts as well.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dbarch_widgets.deliverables.part import DeliveryContext, File, LeftOut, Part, file_slug
from dbarch_widgets.deliverables.performance.script import script_text
from dbarch_widgets.deliverables.performance.values import SETS, types, values_sql
from dbarch_widgets.deliverables.psql import psql_file
from dbarch_widgets.errors import InputError
from dbarch_widgets.model.review import Review
from dbarch_widgets.model.workload import Query, Transaction

_SCHEMA = "dbarch_performance"
_SECONDS = 60


@dataclass(frozen=True)
class _Script:
    item: Query | Transaction
    path: str
    table: str | None
    fill: str
    text: str
    weight: int


def write(review: Review, context: DeliveryContext) -> tuple[File, ...]:
    """Set-up, a script for each query, the program that runs them all, and what takes the set-up away."""
    if context.dialect != "postgres":
        raise LeftOut(f"pgbench drives PostgreSQL only, and this is {context.database}")
    if review.workload is None or not review.workload.items:
        raise LeftOut("there is no workload")
    scripts, left = _scripts(context)
    if not scripts:
        raise LeftOut(f"no query could be written for pgbench: {left[0]}")
    writes = sum(script.item.kind == "write" for script in scripts)
    goals = "".join(f"# {script.path}: {script.item.slo}\n" for script in scripts if script.item.slo)
    note = f"{len(scripts)} scripts, {writes} of which WRITE: run them on a copy, never on production."
    behind = _behind_the_fence(context)
    note += f" {behind}" if behind else ""
    if left:
        note += " Left out: " + "; ".join(left) + "."
    return (
        File(
            "performance/setup.sql",
            _setup(scripts),
            "Values for the parameters",
            f"Makes the schema {_SCHEMA}.",
            psql_file("performance/setup.sql"),
        ),
        File("performance/run.sh", _program(scripts, goals, behind), "Performance test", note, "performance/run.sh"),
        *(File(each.path, each.text, f"pgbench script of {each.item.name}") for each in scripts),
        File(
            "performance/teardown.sql",
            f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE;\n",
            "Removes the values",
            "",
            psql_file("performance/teardown.sql"),
        ),
    )


def _scripts(context: DeliveryContext) -> tuple[list[_Script], list[str]]:
    workload = context.review.workload
    items = [item for item in (workload.items if workload else ()) if not item.engines or "postgres" in item.engines]
    rated = [item.rate for item in items if item.rate]
    least = min(rated, default=1.0)
    scripts: list[_Script] = []
    left: list[str] = []
    for at, item in enumerate(items, 1):
        name = f"{at:02d}_{file_slug(item.name, 'query')}"
        try:
            columns = values_sql(item, context.target)
        except InputError as error:
            left.append(f"{item.name} ({error.args[0]})")
            continue
        table = f"{_SCHEMA}.values_{at:02d}" if columns else None
        fill = (
            f"CREATE TABLE {table} AS\n{columns};\nALTER TABLE {table} ADD PRIMARY KEY (n);\nANALYZE {table};"
            if columns
            else ""
        )
        weight = min(round((item.rate or least) / least), 1_000_000)
        scripts.append(
            _Script(
                item,
                f"performance/{name}.sql",
                table,
                fill,
                script_text(item, table, SETS, types(item, context.target)),
                max(weight, 1),
            )
        )
    return scripts, left


def _setup(scripts: list[_Script]) -> str:
    parts = [
        f"-- {SETS:,} sets of values for each script, drawn from the rows that are there. Tables must not be empty.",
        "BEGIN;",
        f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE;\nCREATE SCHEMA {_SCHEMA};",
        "SELECT setseed(0.5);",
        *(script.fill for script in scripts if script.fill),
        "COMMIT;",
    ]
    return "\n\n".join(parts) + "\n"


def _behind_the_fence(context: DeliveryContext) -> str:
    """Who asks has to be said once tenants share the tables, or writes are refused and reads find nothing."""
    plan = context.tenancy
    if plan is None or not plan.tenancy.made:
        return ""
    options = shlex.quote(f"-c {plan.tenancy.setting}=1")
    return (
        f"After tenancy/run.sh up: PGOPTIONS={options} for the set-up and for the run, so that the first tenant asks."
    )


def _program(scripts: list[_Script], goals: str, behind: str) -> str:
    rate = sum(script.item.rate or 0 for script in scripts)
    files = " \\\n    ".join(f"-f {shlex.quote(script.path)}@{script.weight}" for script in scripts)
    slos = [script.item.slo.milliseconds for script in scripts if script.item.slo]
    limit = f"--latency-limit={max(slos):g} " if slos else ""
    return f"""#!/bin/sh
# Runs the workload open-loop with pgbench: all scripts together, by the proportion of their rates.
# It WRITES. Run it against a copy of the database. Environment: DATABASE_URL;
# SECONDS_TO_RUN ({_SECONDS}), CLIENTS (8), RATE (executions a second; the workload's own rate is {rate:,.0f}).
{f"# {behind}{chr(10)}" if behind else ""}# Goals that the workload states (pgbench reports each script's latency; read them against these):
{goals}set -eu
: "${{DATABASE_URL:?set DATABASE_URL to the address of the database}}"
# RATE=0 drives as fast as the clients can.
rate=${{RATE:-{max(round(rate), 0)}}}
paced=
if [ "$rate" -gt 0 ]; then paced="--rate=$rate {limit.strip()}"; fi
# The two options are meant as two words.
# shellcheck disable=SC2086
exec pgbench --no-vacuum --protocol=prepared --report-per-command --failures-detailed --max-tries=3 \\
    --client="${{CLIENTS:-8}}" --jobs=2 --time="${{SECONDS_TO_RUN:-{_SECONDS}}}" $paced \\
    {files} \\
    "$DATABASE_URL"
"""


PART = Part("performance", "Performance tests", write)
