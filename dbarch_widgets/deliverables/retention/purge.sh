#!/bin/sh
# Lets rows go whose time is over, in the database in DATABASE_URL, as dbarch_retention.rule says.
#   purge.sh            says what would go; changes nothing
#   purge.sh --run      lets it go: rows in batches, then partitions
#   purge.sh --ahead    makes the partitions of the next months (AHEAD, "3 months")
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DATABASE_URL:?the address of the database}"

sql() { psql -X -q -v ON_ERROR_STOP=1 "$@" "$DATABASE_URL"; }

case ${1:---dry} in
    --dry)
        sql -c "CALL dbarch_retention.purge_rows(true)"
        sql -c "SELECT part, ends, is_held FROM dbarch_retention.partitions_over()"
        ;;
    --run)
        sql -c "CALL dbarch_retention.purge_rows(false)"
        sql -f "$here/purge_partitions.sql"
        ;;
    --ahead)
        printf '%s\n' "SELECT place, dbarch_retention.make_partitions(place, :'ahead') AS made FROM dbarch_retention.rule WHERE method = 'partitions';" |
            sql -v ahead="${AHEAD:-3 months}" -f -
        ;;
    *)
        sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
