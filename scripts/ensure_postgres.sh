#!/bin/sh
# See that PostgreSQL's server programs (initdb, postgres) are here for the tests; install Debian's package if not.
# No cluster of the machine is used: the tests make one of their own and remove it.
set -eu

have_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        [ -x "$folder/initdb" ] && return 0
    done
    return 1
}

give_up() {
    echo "PostgreSQL 15 or newer is needed for the tests: $1" >&2
    echo "Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@16)," >&2
    echo "or run the tests without it: DAYZERO_TEST_POSTGRES=skip make test" >&2
    exit 1
}

# apt answers badly now and then (a lock held, a mirror in the middle of an update): ask again, a little later.
patiently() {
    attempt=1
    until "$@"; do
        [ "$attempt" -ge 5 ] && return 1
        echo "'$*' failed (attempt $attempt of 5); asking again in $((attempt * 5)) s" >&2
        sleep $((attempt * 5))
        attempt=$((attempt + 1))
    done
}

have_postgres && exit 0
[ "${DAYZERO_TEST_POSTGRES:-}" = skip ] && exit 0
command -v apt-get >/dev/null 2>&1 || give_up "initdb was not found and this is no Debian-like system"

if [ "$(id -u)" -eq 0 ]; then
    root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    give_up "initdb was not found, and installing needs root or a sudo that asks no password"
fi

echo "installing PostgreSQL for the tests"
export DEBIAN_FRONTEND=noninteractive
patiently $root apt-get update -q </dev/null || give_up "apt-get update failed"
patiently $root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold postgresql </dev/null || give_up "apt-get install failed"
have_postgres || give_up "the package was installed, yet initdb was not found"
