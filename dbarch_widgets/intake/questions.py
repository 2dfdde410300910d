"""The questions that a review asks before it judges: why each is asked, and what hinges on the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dbarch_widgets.model.intake import Intake, OpenQuestion


@dataclass(frozen=True)
class Question:
    """One question. `path` leads into the Intake (`tenancy.tenants`); `example` is an answer as YAML writes it."""

    key: str
    question: str
    why: str
    hinges: str
    path: str
    example: str

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
        "Which findings matter: a lost log line and a lost payment are not the same.",
        "system.purpose",
        "takes orders of a web shop in three countries",
    ),
    Question(
        "stage",
        "Does it run already, is it being planned, or is it being migrated?",
        "What may still be changed freely depends on it.",
        "Whether a fix may rewrite a table, or needs a migration without downtime.",
        "system.stage",
        "running        # or planned, migrating",
    ),
    Question(
        "table_rows",
        "How many rows have the largest tables, and how many come every month?",
        "A design that holds a million rows may not hold a billion.",
        "Missing indexes, partitioning, retention, the day on which a 32-bit key runs out, and every extrapolation.",
        "scale.tables",
        "{orders: {rows: 5_200_000, growth_per_month: 180_000}}",
    ),
    Question(
        "reads",
        "How many reads a second, at a busy hour?",
        "Indexes are paid for by writes and earned by reads.",
        "Replicas, caches, and which index is worth its writes.",
        "scale.reads_per_second",
        "6_000",
    ),
    Question(
        "writes",
        "How many writes a second, at a busy hour?",
        "One primary takes all of them.",
        "The number of indexes, hot rows, partitioning, and when one machine is not enough.",
        "scale.writes_per_second",
        "1_400",
    ),
    Question(
        "peak",
        "By how much is the worst hour busier than that?",
        "Systems fail at the peak, not on average.",
        "The load that measurements are to be made with.",
        "scale.peak_factor",
        "4",
    ),
    Question(
        "read_latency",
        "Within how many milliseconds must 99 of 100 reads be answered?",
        "Without a goal every number is good.",
        "Which queries pass and which need an index, a cache or another shape.",
        "latency.p99_read_ms",
        "40",
    ),
    Question(
        "write_latency",
        "Within how many milliseconds must 99 of 100 writes be done?",
        "Synchronous replicas, hash chains and many indexes are paid for in it.",
        "Synchronous or asynchronous replication; what may be done in a trigger.",
        "latency.p99_write_ms",
        "30",
    ),
    Question(
        "regions",
        "In which regions are the people whose data it holds, how many, and must the data stay there?",
        "Some laws say where data may lie, and distance is latency.",
        "One database or one per region; how personal data is partitioned; where backups may lie.",
        "regions",
        "[{name: eu-central, people: 1_400_000, data_must_stay: true}]",
    ),
    Question(
        "tenants",
        "How many customers (tenants) share the system, now or in two years? 1 if it has only one.",
        "Keeping customers apart cannot be added later without touching every table.",
        "The tenant column, row security, composite keys, and which model of tenancy is possible at all.",
        "tenancy.tenants",
        "2_000",
    ),
    Question(
        "tenant_skew",
        "How unequal are they: how large is the largest against the usual one?",
        "One large tenant is a noisy neighbour to all others.",
        "A database or partition of its own for the largest; what the synthetic data looks like.",
        "tenancy.skew",
        "one of 4,000 people, most below 20",
    ),
    Question(
        "tenancy_model",
        "Which model is wanted: shared tables, a schema for each, or a database for each?",
        "Each excludes things that the others allow.",
        "Whether tables need a tenant column; how many objects there will be; restore of one tenant.",
        "tenancy.model",
        "shared_table   # or schema_per_tenant, database_per_tenant, none",
    ),
    Question(
        "consistency",
        "What must never be wrong, not even for a moment, and what may lag behind?",
        "Strong guarantees are bought with latency and availability.",
        "Isolation levels, constraints in the database, what may be read from a replica.",
        "consistency",
        "{stock: never sold twice, orders: read committed}",
    ),
    Question(
        "rpo",
        "How many seconds of data may be lost in a disaster?",
        "Zero needs a synchronous copy elsewhere, and every write waits for it.",
        "Synchronous replication, archiving of the log, the schedule of backups.",
        "recovery.rpo_seconds",
        "300",
    ),
    Question(
        "rto",
        "Within how many seconds must it run again?",
        "A restore takes time with the size of the data.",
        "Standby or restore; how much old data may lie in the same database.",
        "recovery.rto_seconds",
        "3_600",
    ),
    Question(
        "data_classes",
        "Which classes of data does it hold: personal, special (health, belief …), financial, credentials, none of them?",
        "Personal data need a purpose, a time limit and a way of erasure.",
        "Findings on privacy and secrets; what may leave in a test copy.",
        "data_classes",
        "[personal, financial]",
    ),
    Question(
        "regimes",
        "Which laws and standards apply?",
        "They say how long records are kept, that they must not change, and where they may lie.",
        "Retention, append-only tables, precision of clocks and prices, residency.",
        "regimes",
        "[gdpr]         # also mifid2, sec_17a4, cat, emir, pci_dss, sox, hipaa",
    ),
    Question(
        "engines",
        "Which database engines are set, which are wanted?",
        "What is a line in one engine is a project in another.",
        "Which fixes and features can be recommended, and what the design is measured on.",
        "engines",
        "{primary: postgres 18, edge: none}",
    ),
    Question(
        "team_size",
        "How many people look after it?",
        "Sharding and three engines need people who know them.",
        "How much machinery a recommendation may bring along.",
        "team.size",
        "7",
    ),
    Question(
        "budget",
        "What may it cost, or what is already paid for?",
        "The best design that nobody pays for is none.",
        "Managed or own operation, number of copies, storage classes.",
        "team.budget",
        "one managed PostgreSQL with a standby",
    ),
)


def open_questions(intake: Intake | None) -> tuple[OpenQuestion, ...]:
    """The questions without an answer, in the order in which they are asked; all of them without an intake."""
    return tuple(
        OpenQuestion(question.key, question.question, question.why, question.hinges)
        for question in QUESTIONS
        if not is_answered(intake, question)
    )


def is_answered(intake: Intake | None, question: Question) -> bool:
    """Whether the intake has an answer; an empty list is one ("none apply"), an empty mapping or text is not."""
    value: object = intake
    for name in question.path.split("."):
        value = getattr(value, name, None)
    if isinstance(value, Mapping | str):
        return bool(value)
    return value is not None
