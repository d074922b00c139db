#!/bin/sh
#
# usage: mta-sts-resolver.sh LOG FLAG…
#        mta-sts-resolver.sh LOG -- COMMAND ARGS…
#
# The policy daemon postfix-mta-sts-resolver is audited as fakemx audit is told by
# the flags, and writes its log into a file. No MTA takes part. A command finds the
# authorities in pki, and the daemon asks the name server 127.0.0.1.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

log=$1
shift
authorities
if [ "$1" = -- ]; then
  shift
  names 127.0.0.1
  policy_daemon "$log"
  cd "$dir"
  "$@"
  exit
fi
names 127.0.0.53
policy_daemon "$log"
audit --socketmap inet:127.0.0.1:8461:postfix "$@"
