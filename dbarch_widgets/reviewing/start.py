"""Starts a review folder: files with comments that say what belongs in them."""

from __future__ import annotations

from pathlib import Path

from dbarch_widgets.errors import SourceError
from dbarch_widgets.files import remove_empty, write_text
from dbarch_widgets.intake.template import template
from dbarch_widgets.rules.asks import asked_by, thresholds

_SCHEMA = """-- The schema under review: PostgreSQL DDL, for example from pg_dump --schema-only.
-- This small example is here so that `dbarch review` has something to look at; replace it.

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts (id),
    status text NOT NULL CHECK (status IN ('open', 'filled', 'cancelled')),
    amount numeric(18, 2) NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
"""

_WORKLOAD = """-- The queries that matter, each with its name, rate, parameters and service level.
-- Sources of parameters: uniform(t.c), zipf(t.c), pick(a,b), int(lo,hi), decimal(lo,hi,scale), recent(t.c, 7 days),
-- new(t.c), text(n), uuid(), now().

-- name: open_orders_of_account
-- rate: 40/s  params: account_id=zipf(orders.account_id)  slo: p99<20ms
SELECT id, amount, created_at FROM orders
WHERE account_id = :account_id AND status = 'open' ORDER BY created_at DESC LIMIT 50;

-- name: place_order
-- rate: 5/s  params: account_id=uniform(accounts.id), amount=decimal(1,1000,2)  slo: p99<50ms
INSERT INTO orders (account_id, status, amount) VALUES (:account_id, 'open', :amount);
"""


def new_folder(path: str | Path) -> tuple[Path, ...]:
    """Writes the files of a new review folder; returns their paths.

    Raises:
        SourceError: the folder holds one of the files already (nothing is written then), or cannot be written.
    """
    folder = Path(path)
    texts = {
        folder / "schema.sql": _SCHEMA,
        folder / "workload.sql": _WORKLOAD,
        folder / "intake.yaml": template(rules=asked_by(), thresholds=thresholds()),
    }
    for file in texts:
        if file.exists():
            raise SourceError("is there already", where=file.as_posix(), to_do="choose a new folder")
    made = [above for above in (folder, *folder.parents) if not above.exists()]
    try:
        for file, text in texts.items():
            write_text(file, text)
        _make_folders(folder / "decisions", folder / "experiments")
    except SourceError:
        for file in texts:
            file.unlink(missing_ok=True)
        remove_empty([folder / "decisions", folder / "experiments", *made])
        raise
    return tuple(texts)


def _make_folders(*folders: Path) -> None:
    for each in folders:
        try:
            each.mkdir(exist_ok=True)
        except OSError as error:
            raise SourceError(f"cannot be made: {error.strerror or error}", where=each.as_posix()) from error
