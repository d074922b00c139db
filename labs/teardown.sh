#!/usr/bin/env bash
#
# teardown.sh removes what labs of the tests were left running, and stops dockerd
# if labs/setup.sh started it. The images stay.

set -euo pipefail

state=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/e2e/.tools/labs

# left KIND prints the ids of what belongs to labs of the tests.
left() {
  local kind=$1 project
  docker ps --all --filter name=fakemx-labs- --format '{{.Label "com.docker.compose.project"}}' | sort -u |
    while read -r project; do
      docker "$kind" ls --quiet ${2:+"$2"} --filter "label=com.docker.compose.project=$project"
    done
}

# remove KIND removes them.
remove() {
  local ids
  mapfile -t ids
  [ "${#ids[@]}" -eq 0 ] || docker "$@" "${ids[@]}" >/dev/null
}

if docker info >/dev/null 2>&1; then
  volumes=$(left volume)
  networks=$(left network)
  left container --all | remove rm --force
  grep . <<<"$networks" | remove network rm || true
  grep . <<<"$volumes" | remove volume rm || true
fi

if [ -f "$state/dockerd.pid" ]; then
  kill "$(cat "$state/dockerd.pid")" 2>/dev/null || true
  rm -f "$state/dockerd.pid"
fi
