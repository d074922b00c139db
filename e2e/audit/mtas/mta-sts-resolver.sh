#!/bin/sh
#
# usage: mta-sts-resolver.sh LOG FLAG…
#
# The policy daemon postfix-mta-sts-resolver is audited as fakemx audit is told by
# the flags, and writes its log into a file. No MTA takes part.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

log=$1
shift
names 127.0.0.53
authorities
policy_daemon "$log"
audit --socketmap inet:127.0.0.1:8461:postfix "$@"
