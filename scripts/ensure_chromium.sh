#!/bin/sh
# See that a Chromium is here for the tests of the web console, with a font for Chinese; install Debian's if not.
set -eu

have_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

give_up() {
    echo "Chromium is needed for the tests of the web console: $1" >&2
    echo "Install it (Debian: apt-get install chromium fonts-noto-cjk; elsewhere Chromium or Google Chrome)," >&2
    echo "or run the tests without it: DAYZERO_TEST_CHROMIUM=skip make test" >&2
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

have_chromium && exit 0
[ "${DAYZERO_TEST_CHROMIUM:-}" = skip ] && exit 0
command -v apt-get >/dev/null 2>&1 || give_up "none was found and this is no Debian-like system"

if [ "$(id -u)" -eq 0 ]; then
    root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    root="sudo -n"
else
    give_up "none was found, and installing needs root or a sudo that asks no password"
fi

echo "installing Chromium for the tests"
export DEBIAN_FRONTEND=noninteractive
patiently $root apt-get update -q </dev/null || give_up "apt-get update failed"
patiently $root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold chromium fonts-noto-cjk </dev/null ||
    give_up "apt-get install failed"
have_chromium || give_up "the package was installed, yet none was found"
