#!/usr/bin/env bash
#
# teardown.sh removes what the lab tests left behind, and stops dockerd if
# labs/setup.sh started it. The images stay.

set -euo pipefail

state=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/e2e/.tools/labs

# left KIND FORMAT prints the names of what belongs to the lab tests.
left() {
  docker "$1" ls ${3:+"$3"} --filter name=fakemx-labs- --format "$2"
}

# remove COMMAND… passes the names on standard input to a Docker command.
remove() {
  local names
  mapfile -t names
  [ "${#names[@]}" -eq 0 ] || docker "$@" "${names[@]}" >/dev/null
}

# runs PID: it is running, and not a zombie.
runs() { [ -n "$(tr -d '\0' 2>/dev/null <"/proc/$1/cmdline")" ]; } 2>/dev/null

# stop_docker stops the dockerd with a process id, and returns once it has ended:
# a second dockerd could not start before that.
stop_docker() {
  kill "$1" 2>/dev/null || return 0
  local until=$((SECONDS + 30))
  while runs "$1"; do
    [ "$SECONDS" -lt "$until" ] || {
      printf 'labs: dockerd, process %s, does not end\n' "$1" >&2
      return 1
    }
    sleep 0.2
  done
}

if docker info >/dev/null 2>&1; then
  left container '{{.Names}}' --all | remove rm --force
  left network '{{.Name}}' | remove network rm
  left volume '{{.Name}}' | remove volume rm
fi

if [ -f "$state/dockerd.pid" ]; then
  stop_docker "$(cat "$state/dockerd.pid")"
  rm -f "$state/dockerd.pid"
fi
