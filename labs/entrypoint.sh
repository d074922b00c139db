#!/bin/sh
#
# entrypoint.sh runs in every lab's container, once the peers are well: it trusts
# them through the system's store, puts the user's configuration in place of the
# distribution's, and hands over to the mail server's own start.sh.
#
#   LAB_DNS      the name server that leads to the peers
#   LAB_NETWORK  the addresses that may relay, such as 198.18.0.0/18
#   LAB_POLICY   a name out of /lab/mta/policies
#   LAB_RETRY    how often the queue is run, such as 15s
#   LAB_SEND     scenarios that are sent a message at once; may be none
#   LAB_USER     user:password for AUTH on port 587
#   /config      the user's own configuration; anything but a folder means none
#   /queue       where the audit's --kick asks for a run of the queue
#   /peers       what fakemx keeps: pki/ca.pem is whom to trust

set -eu

say() { echo "lab: $*" >&2; }

fail() {
  say "$@"
  exit 1
}

# trust_peers adds every root to the system's store: to the file, and to the
# folder, which wants one certificate in each of its own. update-ca-certificates
# does the same for the system's own roots as well, and takes half a minute of a
# busy machine.
trust_peers() {
  store=/etc/ssl/certs
  awk -v base="$store/fakemx" \
    '/BEGIN CERTIFICATE/ { file = base "-" ++n ".pem" } { print > file }' /peers/pki/ca.pem
  cat "$store"/fakemx-*.pem >>"$store/ca-certificates.crt"
  openssl rehash "$store" 2>/dev/null || fail "openssl rehash fails"
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

# send_first hands the mail server a message for each scenario of LAB_SEND, once
# it listens, so that there is something to see.
send_first() {
  until bash -c ': </dev/tcp/localhost/25' 2>/dev/null; do
    sleep 1
  done
  for scenario in $LAB_SEND; do
    say "a message for $scenario"
    printf 'Subject: hello\n\nA message of the lab.\n' | sendmail "probe@$scenario.fakemx.test" || say "sendmail does not take it"
  done
}

# heed_kicks runs the queue, by the mail server's own queue.sh, for each line that
# somebody writes to a pipe.
heed_kicks() {
  rm -f /queue/run
  mkfifo -m 0666 /queue/run
  while :; do
    read -r _ </queue/run || continue
    sh /lab/mta/queue.sh >/dev/null || say "the queue cannot be run"
  done
}

main() {
  policy=${LAB_POLICY:-opportunistic}
  ls /lab/mta/policies/"$policy".* >/dev/null 2>&1 || fail "unknown policy $policy; there are: $(ls -C /lab/mta/policies)"
  echo "nameserver $LAB_DNS" >/etc/resolv.conf
  trust_peers
  server_certificate
  if [ -d /config ]; then
    [ -n "$(ls -A /config)" ] || fail "LAB_CONFIG is an empty folder; Compose makes one where there is none, so is the path right?"
    say "the configuration is the mounted one"
  else
    say "the configuration is the distribution's"
  fi
  say "the policy is $policy"
  [ -z "$LAB_SEND" ] || send_first &
  heed_kicks &
  # shellcheck source=/dev/null
  . /lab/mta/start.sh
}

main
