#!/bin/sh
#
# usage: maddy.sh POLICY… LOG FLAG…
#
# maddy is audited as fakemx audit is told by the flags, with policies of its
# mx_auth, which are dane, mtasts or dnssec, and writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

policies=
while [ "${1#*/}" = "$1" ]; do
  policies="$policies$1
    "
  shift
done
log=$1
shift
names 127.0.0.53
authorities

mkdir -p "$dir/state" "$dir/run"
cat >"$dir/maddy.conf" <<CONF
state_dir $dir/state
runtime_dir $dir/run
hostname client.fakemx.test
tls off
log stderr

target.remote outbound {
  connect_timeout 10s
  command_timeout 20s
  mx_auth {
    $policies
  }
}

target.queue queue {
  target &outbound
}

smtp tcp://127.0.0.1:2525 {
  deliver_to &queue
}
CONF
SSL_CERT_FILE=$dir/ca.pem "$tools/maddy/maddy" -config "$dir/maddy.conf" run >>"$log" 2>&1 &
listening 2525
audit --submit smtp://127.0.0.1:2525 "$@"
