"""The entries of a PostgreSQL log made a workload: executions grouped, sessions followed, transactions put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dbarch_widgets.errors import InputError
from dbarch_widgets.measure.annotations import parse_isolation
from dbarch_widgets.measure.blocks import pieces
from dbarch_widgets.measure.grouping import Group, Grouping, time_words
from dbarch_widgets.measure.normal import constant_value, normal
from dbarch_widgets.measure.workload_sources.base import Reading
from dbarch_widgets.measure.workload_sources.log_entry import Entry, Execution, execution
from dbarch_widgets.measure.workload_sources.log_transactions import Open, Step, Transactions, transaction_of
from dbarch_widgets.measure.workload_sources.opening import Source
from dbarch_widgets.model.workload import Isolation, Query, Transaction, Workload

Broken = Callable[[int, str, str | None], None]

_BEGIN = re.compile(r"\s*(?:BEGIN|START\s+TRANSACTION)\b", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:WORK\s+|TRANSACTION\s+)?(?:TO|PREPARED)\b)", re.IGNORECASE
)
_BACK = re.compile(r"\s*(?:ROLLBACK|ABORT)\b", re.IGNORECASE)
_LEVEL = re.compile(
    r"(?:BEGIN|START|SET)\b.*?TRANSACTION.*?ISOLATION\s+LEVEL\s+(READ\s+\w+|REPEATABLE\s+READ|SERIALIZABLE)|"
    r"BEGIN\s+ISOLATION\s+LEVEL\s+(READ\s+\w+|REPEATABLE\s+READ|SERIALIZABLE)",
    re.IGNORECASE | re.DOTALL,
)
_MOST_SESSIONS = 20_000
_MOST_PLANS = 200
_SHORT_SECONDS = 3_600
_SLOW = 10.0  # where the fastest statement took longer, faster ones were not logged


@dataclass
class _Session:
    opened: Open | None = None
    last: Group | None = None
    untimed: bool = False  # the last statement was logged without its time
    planned: tuple[Entry, Execution] | None = None  # what auto_explain told, until the log tells the statement itself


class LogReader:
    """Reads entries one by one; what it keeps does not grow with the log."""

    def __init__(self, reading: Reading, format: str, file: str | None) -> None:
        self.reading = reading
        self.format = format
        self.grouping = Grouping(reading.schema, file)
        self.transactions = Transactions()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.executions = 0
        self.fastest: float | None = None
        self.errors = 0
        self.explained = 0
        self.unread = 0
        self.plans: dict[str, tuple[float, str]] = {}  # the slowest plan that auto_explain logged, by fingerprint
        self.databases: Counter[str] = Counter()
        self._sessions: dict[str, _Session] = {}

    def broken(self, line: int, reason: str, file: str | None) -> None:
        """Report a record that cannot be read; not what stands in it, which may be anybody's data."""
        self.grouping.problem(line, "(a part of a record)", reason, "not_understood", file)

    def read(self, entries: Iterable[Entry]) -> None:
        """Take the entries of one log; sessions go on in the next."""
        for entry in entries:
            found = execution(entry)
            if found is None:
                self.errors += entry.severity in ("ERROR", "FATAL")
            elif found.what != "prepared":
                self._take(entry, found)

    def _take(self, entry: Entry, found: Execution) -> None:
        session = self._session(entry.session)
        if found.what == "planned":
            self._planned(entry, session, found)
            return
        if session.planned is not None:
            self._told_twice(session, found)
        if entry.time is not None:
            self.first = min(self.first or entry.time, entry.time)
            self.last = max(self.last or entry.time, entry.time)
        if found.milliseconds is not None:
            self.fastest = min(self.fastest if self.fastest is not None else found.milliseconds, found.milliseconds)
        if found.what == "took":
            if session.last is not None and found.milliseconds is not None and session.untimed:
                session.last.milliseconds += found.milliseconds
                session.last.timed += 1
                session.untimed = False
            return
        statements = _statements(found.sql)
        for sql in statements:
            self._ran(entry, session, sql, found if len(statements) == 1 else Execution("ran"))

    def _planned(self, entry: Entry, session: _Session, found: Execution) -> None:
        """A plan comes before the line with the duration of its statement, where that is logged as well; else it stands alone."""
        self._flush(session)
        if not found.sql:
            self.unread += 1
        else:
            session.planned = (entry, found)
            fingerprint, took = normal(found.sql).fingerprint, found.milliseconds or 0.0
            known = fingerprint in self.plans or len(self.plans) < _MOST_PLANS
            if found.plan and known and took > self.plans.get(fingerprint, (0.0, ""))[0]:
                self.plans[fingerprint] = (took, found.plan)

    def _told_twice(self, session: _Session, found: Execution) -> None:
        assert session.planned is not None
        _, planned = session.planned
        same = found.sql and normal(found.sql).fingerprint == normal(planned.sql).fingerprint
        known = session.last is not None and session.last.fingerprint == normal(planned.sql).fingerprint
        if same or (found.what == "took" and session.untimed and known):
            session.planned = None
        else:
            self._flush(session)

    def _flush(self, session: _Session) -> None:
        """Count the statement that only auto_explain told; one that was logged before without its time has it now."""
        if session.planned is None:
            return
        (entry, planned), session.planned = session.planned, None
        known = session.last is not None and session.last.fingerprint == normal(planned.sql).fingerprint
        if session.untimed and known:
            self._take(entry, Execution("took", milliseconds=planned.milliseconds))
        else:
            self.explained += 1
            self._take(entry, Execution("ran", planned.sql, planned.milliseconds, planned.values))

    def _session(self, name: str) -> _Session:
        session = self._sessions.pop(name, None) or _Session()
        self._sessions[name] = session  # the latest stands last
        if len(self._sessions) > _MOST_SESSIONS:
            oldest = self._sessions.pop(next(iter(self._sessions)))
            self._flush(oldest)
            self._close(oldest)
        return session

    def _ran(self, entry: Entry, session: _Session, sql: str, found: Execution) -> None:
        self.executions += 1
        if _BEGIN.match(sql):
            self._close(session)
            session.opened = Open(entry.transaction, True, _level(sql), line=entry.line, role=entry.user)
            self.grouping.left.utility += 1
            return
        if _END.match(sql):
            if session.opened is not None:
                session.opened.rolled_back = bool(_BACK.match(sql))
            self._close(session)
            self.grouping.left.utility += 1
            return
        if session.opened is not None and (level := _level(sql)):
            session.opened.isolation = level
        group = self.grouping.add(sql, entry.line, entry.file)
        session.last = group
        session.untimed = found.milliseconds is None
        if group is None:
            return
        self.databases[entry.database] += 1
        group.roles[entry.user] += 1
        if found.milliseconds is not None:
            group.milliseconds += found.milliseconds
            group.timed += 1
        values = {f"p{number}": constant_value(text) for number, text in normal(sql).constants}
        values |= {f"p{number}": value for number, value in found.values}
        self.grouping.observe(group, sql, values)
        self._place(entry, session, Step(group.fingerprint, normal(sql).form.text, values))

    def _place(self, entry: Entry, session: _Session, step: Step) -> None:
        """Put the execution to the transaction that the session has open, or begin one by its number."""
        opened = session.opened
        inside = bool(entry.transaction) and not entry.transaction.endswith("/0")
        if opened is None or not (opened.began or (inside and opened.number == entry.transaction)):
            self._close(session)
            opened = session.opened = Open(entry.transaction, line=entry.line, role=entry.user) if inside else None
        if opened is not None and len(opened.steps) <= 1_000:
            opened.steps.append(step)

    def _close(self, session: _Session) -> None:
        if session.opened is not None:
            self.transactions.close(session.opened)
        session.opened = None

    # ------------------------------------------------------------ result

    def workload(self, sources: list[Source]) -> Workload:
        """The workload of all that was read.

        Raises:
            InputError: no execution was logged.
        """
        for session in list(self._sessions.values()):
            self._flush(session)
            self._close(session)
        if not self.executions:
            to_do = "set log_min_duration_statement = 0 (or log_statement = 'all', or auto_explain) for a while"
            raise InputError(f"the {self.format} holds no executed statement", where=sources[0].label, to_do=to_do)
        seconds = self._seconds()
        queries, transactions = self._made(seconds)
        problems = [*(problem for source in sources for problem in source.problems), *self.grouping.problems]
        notes = (*self._notes(seconds), *self.grouping.notes())
        return Workload(tuple(queries), tuple(problems), self.grouping.file, tuple(transactions), notes)

    def _seconds(self) -> float | None:
        if self.reading.window is not None:
            return self.reading.window
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first).total_seconds() or None

    def _made(self, seconds: float | None) -> tuple[list[Query], list[Transaction]]:
        grouping = self.grouping
        by_fingerprint = grouping.queries(list(grouping.groups.values()), seconds, self.last)
        taken = {query.name for query in by_fingerprint.values()}
        transactions = []
        inside: Counter[str] = Counter()
        kept = 0
        for kind in self.transactions.kept():
            made = transaction_of(kind, grouping, by_fingerprint, taken, seconds)
            if made is not None:
                transactions.append(made)
                inside.update(kind.statements)
                kept += kind.count
        if rest := self.transactions.count - kept:
            grouping.left.other["they are transactions of rare kinds, taken as single statements"] = rest
        queries = []
        for fingerprint, query in by_fingerprint.items():
            outside = grouping.groups[fingerprint].calls - inside[fingerprint]
            if outside > 0:
                plan = self.plans[fingerprint][1] if fingerprint in self.plans else None
                queries.append(replace(query, rate=outside / seconds if seconds else None, plan=plan))
        return queries, transactions

    def _notes(self, seconds: float | None) -> Iterator[str]:
        yield f"{self.executions:,} executions in the {self.format}"
        if seconds is None:
            yield "no rates: the log does not say over which time (give a window)"
        else:
            short = "; that is short, so the rates say little" if seconds < _SHORT_SECONDS else ""
            said = (
                "as given"
                if self.reading.window
                else f"from {self.first:%Y-%m-%d %H:%M:%S} to {self.last:%Y-%m-%d %H:%M:%S}"
            )
            yield f"rates are the mean over {time_words(seconds)} ({said}){short}"
        if self.fastest is not None and self.fastest > _SLOW:
            yield f"no statement took under {self.fastest:,.0f} ms: log_min_duration_statement has left out faster ones"
        if self.explained:
            yield f"{self.explained:,} of them are told by auto_explain alone, which logs what took longer than auto_explain.log_min_duration"
        if self.unread:
            yield f"{self.unread:,} plans of auto_explain could not be read"
        if self.errors:
            yield f"{self.errors:,} errors in the log; statements that failed are not replayed"
        if len(self.databases) > 1:
            yield f"statements of several databases are mixed: {', '.join(sorted(self.databases))}"
        if self.transactions.short:
            yield f"{self.transactions.short:,} transactions of one statement are taken as queries"


def _statements(sql: str) -> list[str]:
    """The statements of one message, which mostly is one."""
    text = sql.rstrip().rstrip(";")
    if ";" not in text:
        return [text]
    return [piece.text for piece in pieces(sql, 0, len(sql)) if piece.text.strip()]


def _level(sql: str) -> Isolation | None:
    found = _LEVEL.match(sql.strip())
    return parse_isolation(found[1] or found[2]) if found else None
