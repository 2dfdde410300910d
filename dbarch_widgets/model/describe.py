"""The parts of a schema in the words of SQL, on one line each, for tables of changes and for cards."""

from __future__ import annotations

from collections.abc import Iterable

from dbarch_widgets.model.objects import Domain, EnumType, Function, Grant, Policy, Role, Sequence, Trigger
from dbarch_widgets.model.schema import Check, Column, ForeignKey, Index, IndexKey, PrimaryKey, Unique


def column_words(column: Column) -> str:
    """`numeric(12,2) NOT NULL DEFAULT 0`: everything but the name and the comment."""
    words = [column.type]
    if column.collation:
        words.append(f"COLLATE {column.collation}")
    if not column.nullable:
        words.append("NOT NULL")
    if column.generated is not None:
        words.append(f"GENERATED ALWAYS AS ({column.generated}) {(column.generated_kind or 'stored').upper()}")
    if column.identity:
        words.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    if column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if column.on_update is not None:
        words.append(f"ON UPDATE {column.on_update}")
    return " ".join(words)


def key_words(key: PrimaryKey | Unique) -> str:
    """`UNIQUE (a, b) INCLUDE (c)`."""
    words = ["PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"]
    if isinstance(key, Unique) and not key.nulls_distinct:
        words.append("NULLS NOT DISTINCT")
    words.append(f"({', '.join(key.columns)})")
    if key.include:
        words.append(f"INCLUDE ({', '.join(key.include)})")
    return " ".join([*words, *_deferral(key.deferrable, key.initially_deferred)])


def foreign_key_words(key: ForeignKey) -> str:
    """`FOREIGN KEY (a) REFERENCES t (b) ON DELETE CASCADE`."""
    words = [f"FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.target} ({', '.join(key.ref_columns)})"]
    if key.match == "full":
        words.append("MATCH FULL")
    if key.on_delete != "no action":
        some = f" ({', '.join(key.on_delete_columns)})" if key.on_delete_columns else ""
        words.append(f"ON DELETE {key.on_delete.upper()}{some}")
    if key.on_update != "no action":
        words.append(f"ON UPDATE {key.on_update.upper()}")
    words += _deferral(key.deferrable, key.initially_deferred)
    return " ".join([*words, *_validity(key.validated, key.enforced)])


def check_words(check: Check) -> str:
    """`CHECK (total >= 0) NOT VALID`."""
    words = [f"CHECK ({check.expression})", *(["NO INHERIT"] if check.no_inherit else [])]
    return " ".join([*words, *_validity(check.validated, check.enforced)])


def index_words(index: Index) -> str:
    """`UNIQUE btree (a, lower(b) DESC) INCLUDE (c) WHERE d > 0`."""
    words = ["UNIQUE"] if index.unique else []
    words += [index.method, f"({', '.join(map(index_key_words, index.keys))})"]
    if index.include:
        words.append(f"INCLUDE ({', '.join(index.include)})")
    if not index.nulls_distinct:
        words.append("NULLS NOT DISTINCT")
    if index.where is not None:
        words.append(f"WHERE {index.where}")
    return " ".join([*words, *([] if index.valid else ["INVALID"])])


def index_key_words(key: IndexKey) -> str:
    """`name(10) varchar_pattern_ops DESC NULLS LAST`."""
    words = [key.column if key.column is not None else f"({key.expression})"]
    if key.length is not None:
        words[0] += f"({key.length})"
    if key.collation:
        words.append(f"COLLATE {key.collation}")
    if key.opclass:
        words.append(key.opclass)
    if key.order == "desc":
        words.append("DESC")
    if key.nulls:
        words.append(f"NULLS {key.nulls.upper()}")
    return " ".join(words)


def policy_words(policy: Policy) -> str:
    """`PERMISSIVE FOR SELECT TO app USING (tenant = 1)`."""
    words = ["PERMISSIVE" if policy.permissive else "RESTRICTIVE", f"FOR {policy.command.upper()}"]
    words.append(f"TO {', '.join(policy.roles)}")
    if policy.using is not None:
        words.append(f"USING ({policy.using})")
    if policy.check is not None:
        words.append(f"WITH CHECK ({policy.check})")
    return " ".join(words)


def trigger_words(trigger: Trigger) -> str:
    """`BEFORE INSERT OR UPDATE OF a FOR EACH ROW WHEN (…) EXECUTE f`."""
    words = ["CONSTRAINT", trigger.timing.upper()] if trigger.constraint else [trigger.timing.upper()]
    words.append(" OR ".join(event.upper() for event in trigger.events))
    words += [f"OF {', '.join(trigger.columns)}"] if trigger.columns else []
    words += _deferral(trigger.deferrable, trigger.initially_deferred)
    words += [f"OLD TABLE {trigger.old_table}"] if trigger.old_table else []
    words += [f"NEW TABLE {trigger.new_table}"] if trigger.new_table else []
    words.append("FOR EACH ROW" if trigger.for_each_row else "FOR EACH STATEMENT")
    if trigger.when:
        words.append(f"WHEN ({trigger.when})")
    if trigger.fires != "origin":
        words.append(f"({trigger.fires})")
    if trigger.arguments:
        return " ".join([*words, f"EXECUTE {trigger.function}({', '.join(trigger.arguments)})"])
    return " ".join([*words, f"EXECUTE {trigger.function}"])


def grant_words(grant: Grant) -> str:
    """`SELECT, UPDATE (a, b) WITH GRANT OPTION`, or `without EXECUTE`."""
    columns = f" ({', '.join(grant.columns)})" if grant.columns else ""
    option = " WITH GRANT OPTION" if grant.with_grant_option else ""
    privileges = ", ".join(privilege.upper() for privilege in grant.privileges)
    return f"without {privileges}" if grant.revoked else privileges + columns + option


def function_words(function: Function) -> str:
    """`RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER`: everything but its name, its code and its comment."""
    words = [f"RETURNS {function.returns}"] if function.returns else []
    words += [f"LANGUAGE {function.language}"] if function.language else []
    words += [function.volatility.upper()] if function.volatility != "volatile" else []
    words += ["LEAKPROOF"] if function.leakproof else []
    words += ["SECURITY DEFINER"] if function.security_definer else []
    words += [f"SET search_path = {function.search_path}"] if function.search_path is not None else []
    return " ".join(words)


def role_words(role: Role) -> str:
    """`LOGIN BYPASSRLS IN ROLE staff`; empty for a role that only has a name."""
    given = {
        "LOGIN": role.login, "SUPERUSER": role.superuser, "BYPASSRLS": role.bypass_rls, "CREATEDB": role.createdb,
        "CREATEROLE": role.createrole, "REPLICATION": role.replication, "NOINHERIT": not role.inherit,
    }  # fmt: skip
    words = [word for word, has in given.items() if has]
    words += [f"IN ROLE {group}{' WITH ADMIN OPTION' if group in role.admin_of else ''}" for group in role.member_of]
    return " ".join(words)


def enum_words(enum: EnumType) -> str:
    """`ENUM ('a', 'b')`."""
    return "ENUM (" + ", ".join("'" + value.replace("'", "''") + "'" for value in enum.values) + ")"


def domain_words(domain: Domain) -> str:
    """`text NOT NULL CHECK (VALUE <> '')`."""
    words = [domain.type, *([] if domain.nullable else ["NOT NULL"])]
    words += [f"COLLATE {domain.collation}"] if domain.collation else []
    words += [f"DEFAULT {domain.default}"] if domain.default is not None else []
    return " ".join([*words, *(f"CHECK ({rule})" for _, rule in domain.checks)])


def sequence_words(sequence: Sequence) -> str:
    """`bigint START 1 INCREMENT 10 OWNED BY t.c`."""
    words = [sequence.type]
    words += [f"START {sequence.start}"] if sequence.start is not None else []
    words += [f"INCREMENT {sequence.increment}"] if sequence.increment is not None else []
    words += [f"MINVALUE {sequence.minimum}"] if sequence.minimum is not None else []
    words += [f"MAXVALUE {sequence.maximum}"] if sequence.maximum is not None else []
    words += [f"CACHE {sequence.cache}"] if sequence.cache != 1 else []
    words += ["CYCLE"] if sequence.cycle else []
    words += [f"OWNED BY {'.'.join(sequence.owned_by[1:])}"] if sequence.owned_by else []
    return " ".join(words)


def _deferral(deferrable: bool, initially_deferred: bool) -> Iterable[str]:
    if initially_deferred:
        return ["DEFERRABLE INITIALLY DEFERRED"]
    return ["DEFERRABLE"] if deferrable else []


def _validity(validated: bool, enforced: bool) -> Iterable[str]:
    if not enforced:
        return ["NOT ENFORCED"]
    return [] if validated else ["NOT VALID"]
