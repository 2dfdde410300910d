"""The questions that a review asks before it judges: why each is asked, and what hinges on the answer.

`hinges` says what a person decides by the answer. Which rules it drives is read from the rules (`rules/asks.py`) and is
shown beside it, so that it cannot go out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dbarch_widgets.intake.regimes import REGIMES
from dbarch_widgets.model.intake import Intake, OpenQuestion

Kind = Literal["text", "number", "choice", "choices", "list", "mapping"]


@dataclass(frozen=True)
class Question:
    """One question. `path` leads into the Intake (`tenancy.tenants`); `example` is an answer as YAML writes it.

    `kind` is the form of the answer; `choices` are the words that may be chosen from, for `choices` several of them.
    """

    key: str
    question: str
    why: str
    hinges: str
    path: str
    example: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The key at the top of the file under which the answer stands."""
        return self.path.partition(".")[0]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "name",
        "What is the system called?",
        "A review is read by people who did not order it.",
        "The title of the report, and nothing else.",
        "system.name",
        "order_platform",
    ),
    Question(
        "purpose",
        "What is it for, in one sentence?",
        "The same tables are right for one purpose and wrong for another.",
        "Nothing is computed from it: it heads the report, so that readers judge the findings by it.",
        "system.purpose",
        "takes orders of a web shop in three countries",
    ),
    Question(
        "stage",
        "Does it run already, is it being planned, or is it being migrated?",
        "What may still be changed freely depends on it.",
        "Whether a change that rewrites a table costs anything yet: the fixes of a planned system say nothing of locks.",
        "system.stage",
        "running        # or planned, migrating",
        kind="choice",
        choices=("planned", "running", "migrating"),
    ),
    Question(
        "table_rows",
        "How many rows have the largest tables, and how many come every month?",
        "A design that holds a million rows may not hold a billion. A planned table without rows is judged by those of a year.",
        "How much a scan costs, what has to be partitioned, the day on which a 32-bit key runs out, and the proportions of synthetic data.",
        "scale.tables",
        "{orders: {rows: 5_200_000, growth_per_month: 180_000}}",
        kind="mapping",
    ),
    Question(
        "reads",
        "How many reads a second, at a busy hour?",
        "Indexes are paid for by writes and earned by reads.",
        "Whether replicas and caches are worth weighing.",
        "scale.reads_per_second",
        "6_000",
        kind="number",
    ),
    Question(
        "writes",
        "How many writes a second, at a busy hour?",
        "One primary takes all of them, and each index is written with each row.",
        "How many indexes a table can bear, where rows are hot, and when one machine is not enough.",
        "scale.writes_per_second",
        "1_400",
        kind="number",
    ),
    Question(
        "peak",
        "By how much is the worst hour busier than that?",
        "Systems fail at the peak, not on average.",
        "The load that is reckoned with: what is said of writes is multiplied by it.",
        "scale.peak_factor",
        "4",
        kind="number",
    ),
    Question(
        "read_latency",
        "Within how many milliseconds must 99 of 100 reads be answered?",
        "Without a goal every number is good.",
        "The goal of the design as a whole: what is measured against stands beside each query of the workload.",
        "latency.p99_read_ms",
        "40",
        kind="number",
    ),
    Question(
        "write_latency",
        "Within how many milliseconds must 99 of 100 writes be done?",
        "Synchronous copies, hash chains and many indexes are paid for in it.",
        "Synchronous or asynchronous copies; what may be done in a trigger.",
        "latency.p99_write_ms",
        "30",
        kind="number",
    ),
    Question(
        "regions",
        "In which regions are the people whose data it holds, how many, and must the data stay there?",
        "Some laws say where data may lie, and distance is latency.",
        "One database or one per region; how personal data is partitioned; where backups may lie.",
        "regions",
        "[{name: eu-central, people: 1_400_000, data_must_stay: true}]",
        kind="list",
    ),
    Question(
        "tenants",
        "How many customers (tenants) share the system, now or in two years? 1 if it has only one.",
        "Keeping customers apart cannot be added later without touching every table.",
        "The tenant column, row security, composite keys, and which model of tenancy is possible at all.",
        "tenancy.tenants",
        "2_000",
        kind="number",
    ),
    Question(
        "tenant_skew",
        "How unequal are they: how large is the largest against the usual one?",
        "One large tenant is a noisy neighbour to all others.",
        "Whether the largest gets a database of its own beside the shared tables; the numbers in the answer are read.",
        "tenancy.skew",
        "one of 4,000 people, most below 20",
    ),
    Question(
        "tenancy_model",
        "Which model is wanted: shared tables, a schema for each, or a database for each?",
        "Each excludes things that the others allow.",
        "Whether tables need a tenant column.",
        "tenancy.model",
        "shared_table   # or schema_per_tenant, database_per_tenant, none",
        kind="choice",
        choices=("shared_table", "schema_per_tenant", "database_per_tenant", "none"),
    ),
    Question(
        "shared_tables",
        "Which tables have the same rows for all tenants, such as countries, units, species?",
        "A table of everybody needs no tenant; one that only looks so shows one customer's rows to all others.",
        "Which tables get no tenant column and no fence; whose rows nobody has thought about.",
        "tenancy.shared",
        "[countries, units]",
        kind="list",
    ),
    Question(
        "consistency",
        "What must never be wrong, not even for a moment, and what may lag behind? One line for each operation or table.",
        "Strong guarantees are bought with latency and availability.",
        "Isolation levels, constraints in the database, what may be read from a replica.",
        "consistency",
        "{stock: never sold twice, orders: read committed}",
        kind="mapping",
    ),
    Question(
        "rpo",
        "How many seconds of data may be lost in a disaster?",
        "Zero needs a synchronous copy elsewhere, and every write waits for it.",
        "Synchronous copies, archiving of the log, the schedule of backups.",
        "recovery.rpo_seconds",
        "300",
        kind="number",
    ),
    Question(
        "rto",
        "Within how many seconds must it run again?",
        "A restore takes time with the size of the data.",
        "Standby or restore; how much old data may lie in the same database.",
        "recovery.rto_seconds",
        "3_600",
        kind="number",
    ),
    Question(
        "replica",
        "Is there a second copy of the database: none, one that follows behind (async), or one that each write waits for (sync)?",
        "Nobody can lose nothing with a copy that follows behind.",
        "Whether the answers on loss, time and latency can all be true.",
        "recovery.replica",
        "async          # or sync, none",
        kind="choice",
        choices=("none", "async", "sync"),
    ),
    Question(
        "data_classes",
        "Which classes of data does it hold: personal, special (health, belief …), financial, payment_card, credentials, none of them?",
        "Personal data need a purpose, a time limit and a way of erasure.",
        "What has to be protected, and what may leave in a test copy.",
        "data_classes",
        "[personal, financial]",
        kind="choices",
        choices=("personal", "special", "financial", "payment_card", "credentials", "trading_secret", "none"),
    ),
    Question(
        "data_subjects",
        "Whose data is it: customers, employees, children, patients …?",
        "What may be asked of one group may not be asked of another, and children have more rights.",
        "The record of processing has a line for each group; nothing else is computed from it.",
        "data_subjects",
        "[customers, employees]",
        kind="list",
    ),
    Question(
        "retention",
        "How long is what kept? One line for each table or class of data.",
        "What is kept without need is a risk, what is deleted too early a breach.",
        "Partitioning by time, purge jobs, and whether a regime's time is met.",
        "retention",
        "{orders: 5 years, page_views: 90 days}",
        kind="mapping",
    ),
    Question(
        "regimes",
        "Which laws and standards apply?",
        "They say how long records are kept, that they must not change, and how exact their clocks are.",
        "Which requirements are held against the design, line by line.",
        "regimes",
        "[gdpr]         # also mifid2, cftc, sec_17a4, cat, emir, pci_dss, sox; none when none applies",
        kind="choices",
        choices=(*REGIMES, "none"),
    ),
    Question(
        "engines",
        "Which database engines are set, which are wanted, and in which version?",
        "What is a line in one engine is a project in another.",
        "Which features can be recommended: a fix that the stated version cannot run is left out.",
        "engines",
        "{primary: postgres 18, edge: none}",
        kind="mapping",
    ),
    Question(
        "team_size",
        "How many people look after it?",
        "Sharding and three engines need people who know them.",
        "How much machinery a recommendation may bring along.",
        "team.size",
        "7",
        kind="number",
    ),
    Question(
        "budget",
        "What may it cost, or what is already paid for?",
        "The best design that nobody pays for is none.",
        "Nothing is computed from it: managed or own operation, number of copies.",
        "team.budget",
        "one managed PostgreSQL with a standby",
    ),
)


def open_questions(intake: Intake | None) -> tuple[OpenQuestion, ...]:
    """The questions without an answer, in the order in which they are asked; all of them without an intake."""
    return tuple(
        OpenQuestion(question.key, question.question, question.why, question.hinges, question.path)
        for question in QUESTIONS
        if not is_answered(intake, question)
    )


def is_answered(intake: Intake | None, question: Question) -> bool:
    """Whether the intake has an answer; an empty list is one ("none apply"), an empty mapping or text is not."""
    value = value_at(intake, question.path)
    return bool(value) if isinstance(value, Mapping | str) else value is not None


def value_at(intake: Intake | None, path: str) -> object:
    """What the Intake holds at the path of a question."""
    value: object = intake
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def question_at(path: str) -> Question | None:
    """The question whose answer stands at a path, or above it: `scale.tables.orders.rows` is asked by `table_rows`."""
    return next((each for each in QUESTIONS if path == each.path or path.startswith(f"{each.path}.")), None)
