#!/bin/sh
#
# usage: chasquid.sh [TLS_SECURE] LOG FLAG…
#
# Chasquid is audited as fakemx audit is told by the flags, when it knows nothing
# of the domains, or when it has seen each at the security level TLS_SECURE, and
# writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

level=
if [ "$1" = TLS_SECURE ]; then
  level=$1
  shift
fi
log=$1
shift
names 127.0.0.53
authorities

etc=$dir/etc
mkdir -p "$etc/certs/localhost" "$etc/domains/client.fakemx.test" "$dir/data/domaininfo"
openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -keyout "$etc/certs/localhost/privkey.pem" -out "$etc/certs/localhost/fullchain.pem" 2>/dev/null
cat >"$etc/chasquid.conf" <<CONF
hostname: "client.fakemx.test"
smtp_address: "127.0.0.1:2525"
submission_over_tls_address: "127.0.0.1:4650"
mail_delivery_agent_bin: "/bin/true"
data_dir: "$dir/data"
mail_log_path: "<stderr>"
CONF
password=$(openssl rand -hex 8)
"$tools/chasquid/usr/bin/chasquid-util" -C="$etc" user-add probe@client.fakemx.test --password="$password" >/dev/null
if [ -n "$level" ]; then
  "$FAKEMX" list | sed -n '2,$s/ .*//p' | while read -r name; do
    printf 'name: "%s.fakemx.test"\noutgoing_sec_level: %s\n' "$name" "$level" >"$dir/data/domaininfo/s:$name.fakemx.test"
  done
fi

# Chasquid runs its queue when it starts, and at no other time that can be chosen.
# A kick is over when it takes mail again.
cat >"$dir/kick" <<KICK
was=\$(cat "$dir/chasquid.pid")
kill "\$was"
while [ "\$(cat "$dir/chasquid.pid")" = "\$was" ]; do sleep 0.1; done
until python3 -c "import socket; socket.create_connection(('127.0.0.1', 4650)).close()" 2>/dev/null; do sleep 0.1; done
KICK
while :; do
  SSL_CERT_FILE=$dir/ca.pem "$tools/chasquid/usr/bin/chasquid" -config_dir "$etc" -v 1 >>"$log" 2>&1 &
  echo $! >"$dir/chasquid.pid"
  wait $! || true
done &
listening 4650
audit --from probe@client.fakemx.test --submit "smtps://probe%40client.fakemx.test:$password@127.0.0.1:4650" \
  --submit-ca "$etc/certs/localhost/fullchain.pem" --kick "sh '$dir/kick'" "$@"
