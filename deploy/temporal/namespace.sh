#!/bin/sh
# Make the namespace and its search attributes; what is there stays as it is.
# Connection: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu

# Try once a second, at most a minute: a server that has just started, or a namespace that was just made, is not
# known everywhere at once.
patiently() {
    attempt=1
    until "$@"; do
        [ "$attempt" -ge 60 ] && return 1
        attempt=$((attempt + 1))
        sleep 1
    done
}

patiently temporal operator cluster health

# Closed histories are for engineers to look back on; the record itself is kept in Day Zero's own database.
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h

present=$(patiently temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
while read -r name type; do
    case "$present" in
        *"$name"*) ;;
        *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type "$type" ;;
    esac
done <<EOF
DayZeroStudy Keyword
DayZeroSite Keyword
DayZeroParticipant Keyword
DayZeroStage Keyword
DayZeroProtocol Keyword
DayZeroNextDue Datetime
DayZeroOpenAlerts Int
EOF
