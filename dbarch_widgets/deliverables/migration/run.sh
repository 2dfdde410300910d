#!/bin/sh
# Runs the steps of this migration against the database in DATABASE_URL, in their order, and remembers what is done.
#   run.sh status          what is done
#   run.sh preflight       looks for rows that are in the way; changes nothing
#   run.sh up [N]          all steps that are not done, or those up to step N
#   run.sh down [N]        takes back all that is done, or what comes after step N
#   run.sh forget          drops what is remembered and what was kept aside; there is no way back after it
# Settings: TRIES (5) for a step whose lock somebody else holds, PAUSE (2) seconds before the next.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DATABASE_URL:?the address of the database}"
TRIES=${TRIES:-5}
PAUSE=${PAUSE:-2}

ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" "$DATABASE_URL"; }

run() {
    try=1
    while :; do
        if said=$(psql -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f "$1" "$DATABASE_URL" 2>&1); then
            return 0
        fi
        case $said in
            *55P03* | *40P01*) ;; # the lock was not to be had in time, or a deadlock
            *) printf '%s\n' "$said" >&2; return 1 ;;
        esac
        if [ "$try" -ge "$TRIES" ]; then
            printf '%s\ngiven up after %s tries; run it again when less is going on\n' "$said" "$try" >&2
            return 1
        fi
        try=$((try + 1))
        sleep "$PAUSE"
    done
}

# The numbers of the steps that are done, with a blank before and after each.
done_steps() { ask "SELECT ' ' || coalesce(string_agg(number::text, ' '), '') || ' ' FROM @STATE@.step"; }

# Sets name and step from a file such as up/007_add_index.sql; the shell alone does it, as there may be hundreds.
look_at() {
    name=${1##*/}
    name=${name%.sql}
    step=${name%%_*}
    while [ "$step" != "${step#0}" ] && [ "$step" != 0 ]; do step=${step#0}; done
}

case ${1:-} in
    status)
        ask "SELECT number, title, done_at FROM @STATE@.step ORDER BY number"
        ;;
    preflight)
        psql -X -q -v ON_ERROR_STOP=1 -f "$here/preflight.sql" "$DATABASE_URL"
        ;;
    up)
        run "$here/setup.sql"
        known=$(done_steps)
        for file in "$here"/up/*.sql; do
            look_at "$file"
            [ -z "${2:-}" ] || [ "$step" -le "$2" ] || break
            case $known in *" $step "*) continue ;; esac
            echo "up   $name"
            run "$file"
        done
        ;;
    down)
        known=$(done_steps)
        # shellcheck disable=SC2045 # the names are ours: digits, letters and _
        for file in $(ls -r "$here/down"); do
            look_at "$file"
            [ "$step" -gt "${2:-0}" ] || break
            case $known in *" $step "*) ;; *) continue ;; esac
            echo "down $name"
            run "$here/down/$file"
        done
        ;;
    forget)
        ask "DROP SCHEMA IF EXISTS @KEPT@ CASCADE"
        ask "DROP SCHEMA IF EXISTS @STATE@ CASCADE"
        ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
