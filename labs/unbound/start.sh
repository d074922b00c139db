#!/bin/sh
#
# start.sh runs unbound, once fakemx has written the trust anchor of its zones.
#
#   LAB_AUTHORITY  the address of fakemx, which plays the name server

set -eu

until [ -s /peers/anchor ]; do
  sleep 0.2
done
sed "s/LAB_AUTHORITY/$LAB_AUTHORITY/" /lab/unbound.conf >/tmp/unbound.conf
exec unbound -d -p -c /tmp/unbound.conf
