#!/bin/sh
#
# start.sh runs unbound, once fakemx has written the trust anchor of its zones.
#
#   LAB_AUTHORITY  the address of fakemx, which plays the name server

set -eu

until [ -s /peers/anchor ] && [ -s /peers/ready.json ]; do
  sleep 0.2
done

# zones prints the zones of the scenarios, and of the hosts that have one of their
# own.
zones() {
  sed -n 's/.*"scenario":"\([^"]*\)".*"hostname":"\([^"]*\)".*/\1.fakemx.test\n\2/p' /peers/ready.json |
    grep -E '^[^.]+\.fakemx\.test$' | sort -u
}

{
  sed "s/LAB_AUTHORITY/$LAB_AUTHORITY/" /lab/unbound.conf
  # Unbound notes for each of these how the server behaves. If it knew only one zone,
  # a scenario whose answers fail would make it avoid the server for all others.
  zones | while read -r zone; do
    printf 'stub-zone:\n  name: "%s."\n  stub-addr: %s\n' "$zone" "$LAB_AUTHORITY"
  done
} >/tmp/unbound.conf
exec unbound -d -p -c /tmp/unbound.conf
