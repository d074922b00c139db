#!/bin/sh
#
# usage: haraka.sh [force_tls_hosts] LOG FLAG…
#
# Haraka is audited as fakemx audit is told by the flags, with its defaults or with
# force_tls_hosts, and writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

forced=
if [ "$1" = force_tls_hosts ]; then
  forced=yes
  shift
fi
log=$1
shift
names 127.0.0.53
authorities

core=$tools/haraka/node_modules/Haraka
home=$dir/haraka
mkdir -p "$home/config" "$home/plugins" "$home/queue"
cp "$core/config/connection.ini" "$home/config"
echo client.fakemx.test >"$home/config/me"
printf 'listen=127.0.0.1:2525\nnodes=0\n' >"$home/config/smtp.ini"
echo 'level=info' >"$home/config/log.ini"
echo 'local_mx_ok=true' >"$home/config/outbound.ini"
echo relay_all_mail >"$home/config/plugins"
echo 'exports.hook_rcpt = (next, connection) => { connection.relaying = true; next(OK) }' >"$home/plugins/relay_all_mail.js"
{
  echo '[outbound]'
  [ -z "$forced" ] || "$FAKEMX" list | sed -n '2,$s/^\([^ ]*\).*/force_tls_hosts[]=\1.fakemx.test/p'
} >"$home/config/tls.ini"

NODE_EXTRA_CA_CERTS=$dir/ca.pem HARAKA=$home node "$core/bin/haraka" -c "$home" >"$log" 2>&1 &
haraka=$!
listening 2525
audit --submit smtp://127.0.0.1:2525 --kick "kill -HUP $haraka" "$@"
