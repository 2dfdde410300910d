#!/bin/sh
# Proves that a server like the one at $DATABASE_URL can be brought back to a moment, on two scratch copies of it.
# The first copy archives its WAL into a folder; rows are written, a moment is noted, then the rows are deleted by mistake.
# The second is restored from a base backup and the archive to that moment: the rows are there again, what came later is not.
# Environment: DATABASE_URL of a role with REPLICATION; BACKUP_ROOT, where there is room for two copies (the temporary folder when
# not given). The source is only read; what was made is deleted at the end. PostgreSQL's programs are on the PATH.
set -eu
: "${DATABASE_URL:?set DATABASE_URL to the address of the database}"
[ "$(id -u)" -ne 0 ] || { echo "PostgreSQL does not run as root: run this as another user" >&2; exit 2; }
umask 077
work=$(mktemp -d "${BACKUP_ROOT:-${TMPDIR:-/tmp}}/pitr.XXXXXX")
live=$work/live back=$work/back archive=$work/archive
finish() {
    status=$?
    trap - EXIT
    for one in "$live" "$back"; do
        if [ -f "$one/postmaster.pid" ]; then pg_ctl -s -m immediate -D "$one" stop || status=1; fi
    done
    [ "$status" -eq 0 ] || tail -n 20 "$work"/*.log >&2 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
case $work in
    *[!A-Za-z0-9/._-]*) echo "$work: choose a BACKUP_ROOT of letters, digits, '/', '.', '_' and '-' only" >&2; exit 2 ;;
esac
mkdir "$archive"
echo 'local all all trust
local replication all trust' > "$work/hba.conf"
: > "$work/ident.conf"

# A copy answers on a socket in the scratch folder only, and knows nothing of its source's replicas, archive and files.
settle() {
    rm -f "$1/standby.signal" "$1/recovery.signal"
    [ -f "$1/postgresql.conf" ] || : > "$1/postgresql.conf"
    cat >> "$1/postgresql.auto.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$work'
port = 5432
hba_file = '$work/hba.conf'
ident_file = '$work/ident.conf'
ssl = off
logging_collector = off
primary_conninfo = ''
synchronous_standby_names = ''
wal_level = replica
max_wal_senders = 4
archive_mode = $2
archive_command = 'test ! -f $archive/%f && cp %p $archive/%f.part && mv $archive/%f.part $archive/%f'
EOF
}
ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$work" -p 5432 -c "$1"; }

# A role that may do anything, and the database, by their names in the copy.
PGUSER=$(psql -X -A -t -c "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1" -d "$DATABASE_URL")
PGDATABASE=$(psql -X -A -t -c "SELECT current_database()" -d "$DATABASE_URL")
export PGUSER PGDATABASE

echo "copying the server"
pg_basebackup --pgdata="$live" --wal-method=stream --checkpoint=fast -d "$DATABASE_URL"
settle "$live" on
pg_ctl -s -w -t 600 -l "$work/live.log" -D "$live" start

echo "base backup, then rows before and after a moment"
start=$(date +%s)
pg_basebackup --pgdata="$back" --wal-method=none --checkpoint=fast -h "$work" -p 5432 2>> "$work/live.log"
ask "CREATE SCHEMA dbarch_point_in_time_drill"
ask "CREATE TABLE dbarch_point_in_time_drill.row AS SELECT 'before' AS said, n FROM generate_series(1, 100) AS n"
moment=$(ask "SELECT clock_timestamp()")
sleep 1
ask "DELETE FROM dbarch_point_in_time_drill.row"
ask "INSERT INTO dbarch_point_in_time_drill.row SELECT 'after', n FROM generate_series(1, 50) AS n"
last=$(ask "SELECT pg_walfile_name(pg_switch_wal())")
tries=0
until [ -f "$archive/$last" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || { echo "the archive did not get $last" >&2; exit 1; }
    sleep 1
done
pg_ctl -s -w -m immediate -D "$live" stop

echo "restoring to $moment"
begin=$(date +%s)
settle "$back" off
cat >> "$back/postgresql.auto.conf" <<EOF
restore_command = 'cp $archive/%f %p'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
EOF
: > "$back/recovery.signal"
pg_ctl -s -w -t 3600 -l "$work/back.log" -D "$back" start
while [ "$(ask "SELECT pg_is_in_recovery()")" = t ]; do sleep 1; done
end=$(date +%s)
found=$(ask "SELECT count(*) FILTER (WHERE said = 'before') || ' ' || count(*) FILTER (WHERE said = 'after') FROM dbarch_point_in_time_drill.row")
if [ "$found" = "100 0" ]; then
    echo "brought back to the moment: all 100 rows that were deleted after it, none of the 50 written after it"
    echo "base backup and rows: $((begin - start)) s, restore: $((end - begin)) s, archive: $(find "$archive" -type f | wc -l) files"
else
    echo "NOT brought back: rows of before and after the moment: $found; 100 and 0 were expected" >&2
    exit 1
fi
