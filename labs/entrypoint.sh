#!/bin/sh
#
# entrypoint.sh runs in every lab's container: it waits for the peers, trusts
# them through the system's store, puts the user's configuration in place of the
# distribution's, and hands over to the mail server's own start.sh.
#
#   LAB_DNS      the name server that leads to the peers
#   LAB_NETWORK  the addresses that may relay, such as 198.18.0.0/18
#   LAB_POLICY   a name out of /lab/mta/policies
#   LAB_USER     user:password for AUTH on port 587
#   /config      the user's own configuration; anything but a folder means none
#   /peers       what fakemx keeps: pki/NAME/ca.pem, and ready.json once it listens

set -eu

say() { echo "lab: $*" >&2; }

fail() {
  say "$@"
  exit 1
}

wait_for_peers() {
  tries=0
  until [ -s /peers/ready.json ]; do
    tries=$((tries + 1))
    [ "$tries" -le 180 ] || fail "the peers are not ready after 180 s; see what the service peers says"
    sleep 1
  done
}

# trust_peers gives every root a file of its own, since the system's store takes
# one certificate out of each.
trust_peers() {
  for ca in /peers/pki/*/ca.pem; do
    name=$(basename "$(dirname "$ca")")
    awk -v base="/usr/local/share/ca-certificates/fakemx-$name" \
      '/BEGIN CERTIFICATE/ { file = base "-" ++n ".crt" } { print > file }' "$ca"
  done
  update-ca-certificates >/dev/null 2>&1 || fail "update-ca-certificates fails"
}

# settings FILE prints its lines without comments.
settings() { grep -Ev '^[[:space:]]*(#|$)' "$1" || true; }

# server_certificate makes the mail server's own key and certificate, in one
# file and, as older configurations want them, in two.
server_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$(hostname -f)" \
    -addext "subjectAltName=DNS:$(hostname -f)" \
    -keyout /etc/lab-server.key -out /etc/lab-server.crt 2>/dev/null
  cat /etc/lab-server.key /etc/lab-server.crt >/etc/lab-server.pem
  chmod 0600 /etc/lab-server.key /etc/lab-server.pem
}

main() {
  policy=${LAB_POLICY:-opportunistic}
  ls /lab/mta/policies/"$policy".* >/dev/null 2>&1 || fail "unknown policy $policy; there are: $(ls -C /lab/mta/policies)"
  echo "nameserver $LAB_DNS" >/etc/resolv.conf
  wait_for_peers
  trust_peers
  server_certificate
  if [ -d /config ]; then
    say "the configuration is the mounted one"
  else
    say "the configuration is the distribution's"
  fi
  say "the policy is $policy"
  # shellcheck source=/dev/null
  . /lab/mta/start.sh
}

main
