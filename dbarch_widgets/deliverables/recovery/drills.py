"""The programs of the drills: plain sh, PostgreSQL's own tools, the address from the environment only."""

from __future__ import annotations

RESTORE = r"""#!/bin/sh
# Dumps $DATABASE_URL, restores it into a scratch database, and compares the rows of every table.
# Environment: DATABASE_URL; SCRATCH_ADMIN_URL, an address that may create databases (the same server when not given).
# Ends with 0 when every table came back whole. The source is only read; the scratch database is dropped at the end.
set -eu
: "${DATABASE_URL:?set DATABASE_URL to the address of the database}"
admin=${SCRATCH_ADMIN_URL:-$DATABASE_URL}
scratch=restore_drill_$$
work=$(mktemp -d)
made=
finish() {
    status=$?
    trap - EXIT
    if [ -n "$made" ]; then psql -X -q -d "$admin" -c "DROP DATABASE IF EXISTS $scratch" || status=1; fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A count and a sum of hashes for each table: the same rows give the same, in any order.
cat > "$work/rows.sql" <<'SQL'
SET datestyle = 'ISO, YMD';
SET timezone = 'UTC';
SET extra_float_digits = 1;
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM ONLY %I.%I AS t', c.oid::regclass, n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C" \gexec
SQL

echo "dumping"
start=$(date +%s)
pg_dump --format=directory --jobs=2 --no-owner --file="$work/dump" -d "$DATABASE_URL"
dumped=$(date +%s)
psql -X -q -v ON_ERROR_STOP=1 -At -f "$work/rows.sql" -d "$DATABASE_URL" > "$work/before"

echo "restoring"
psql -X -q -v ON_ERROR_STOP=1 -d "$admin" -c "CREATE DATABASE $scratch TEMPLATE template0"
made=yes
# The same address with another database: libpq takes the last of two.
case $admin in
    *\?*) target="$admin&dbname=$scratch" ;;
    *) target="$admin?dbname=$scratch" ;;
esac
begin=$(date +%s)
pg_restore --jobs=2 --no-owner --exit-on-error -d "$target" "$work/dump"
end=$(date +%s)
psql -X -q -v ON_ERROR_STOP=1 -At -f "$work/rows.sql" -d "$target" > "$work/after"

if cmp -s "$work/before" "$work/after"; then
    echo "every table came back whole: $(wc -l < "$work/before") tables"
    echo "dump: $((dumped - start)) s, restore: $((end - begin)) s"
else
    echo "NOT the same; lines of <: the source, of >: restored" >&2
    diff "$work/before" "$work/after" >&2 || true
    echo "(rows written while the dump ran differ too: run the drill against a quiet copy)" >&2
    exit 1
fi
"""

BASE_BACKUP = r"""#!/bin/sh
# Takes a base backup of the server at $DATABASE_URL and verifies every file of it against its manifest.
# Environment: DATABASE_URL of a role with REPLICATION; BACKUP_ROOT, where there is room (the temporary folder when not given).
# What was made is deleted at the end.
set -eu
: "${DATABASE_URL:?set DATABASE_URL to the address of the database}"
work=$(mktemp -d "${BACKUP_ROOT:-${TMPDIR:-/tmp}}/base_backup_drill.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start=$(date +%s)
pg_basebackup --pgdata="$work/base" --wal-method=stream --checkpoint=fast -d "$DATABASE_URL"
end=$(date +%s)
pg_verifybackup "$work/base"
echo "base backup: $((end - start)) s, $(du -sk "$work/base" | cut -f1) KiB"
"""
