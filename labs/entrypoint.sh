#!/bin/sh
#
# entrypoint.sh runs in the container of every lab, once the peers are healthy. It
# adds their roots to the system store, replaces the distribution's configuration
# with the user's, and hands over to the mail server's own start.sh.
#
#   LAB_DNS      the name server that resolves names of the peers
#   LAB_NETWORK  the addresses that may relay, such as 198.18.0.0/18
#   LAB_POLICY   a name from /lab/mta/policies
#   LAB_RETRY    how often the server runs its queue, such as 15s
#   LAB_SEND     scenarios that get a message at the start; may be empty
#   LAB_USER     user:password for AUTH on port 587
#   /config      the user's own configuration; not used unless it is a directory
#   /queue       contains the pipe through which --kick asks for a queue run
#   /peers       the files of fakemx: pki/ca.pem contains the roots to trust

set -eu

say() { echo "lab: $*" >&2; }

fail() {
  say "$@"
  exit 1
}

# trust_peers adds every root to the system store: to the file, and to the hashed
# directory, which needs one certificate per file. update-ca-certificates would
# also process all of the system's own roots, which takes half a minute on a busy
# machine.
trust_peers() {
  store=/etc/ssl/certs
  awk -v base="$store/fakemx" \
    '/BEGIN CERTIFICATE/ { file = base "-" ++n ".pem" } { print > file }' /peers/pki/ca.pem
  cat "$store"/fakemx-*.pem >>"$store/ca-certificates.crt"
  openssl rehash "$store" 2>/dev/null || fail "openssl rehash failed"
}

# settings FILE prints the lines of FILE without comments.
settings() { grep -Ev '^[[:space:]]*(#|$)' "$1" || true; }

# server_certificate creates the mail server's own key and certificate, in one
# file and, for older configurations, in two.
server_certificate() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$(hostname -f)" \
    -addext "subjectAltName=DNS:$(hostname -f)" \
    -keyout /etc/lab-server.key -out /etc/lab-server.crt 2>/dev/null
  cat /etc/lab-server.key /etc/lab-server.crt >/etc/lab-server.pem
  chmod 0600 /etc/lab-server.key /etc/lab-server.pem
}

# send_first gives the mail server a message for each scenario in LAB_SEND, once
# it listens, so that the log has something to show.
send_first() {
  until bash -c ': </dev/tcp/localhost/25' 2>/dev/null; do
    sleep 1
  done
  for scenario in $LAB_SEND; do
    say "sending a message to $scenario"
    printf 'Subject: hello\n\nA message of the lab.\n' | sendmail "probe@$scenario.fakemx.test" || say "sendmail rejects it"
  done
}

# heed_kicks runs the queue with the mail server's own queue.sh for each line
# written to a pipe.
heed_kicks() {
  rm -f /queue/run
  mkfifo -m 0666 /queue/run
  while :; do
    read -r _ </queue/run || continue
    sh /lab/mta/queue.sh >/dev/null || say "the queue run failed"
  done
}

main() {
  policy=${LAB_POLICY:-opportunistic}
  ls /lab/mta/policies/"$policy".* >/dev/null 2>&1 || fail "unknown policy $policy; known policies: $(ls -C /lab/mta/policies)"
  # The C library drops the AD bit of a name server that it is not told to trust.
  printf 'nameserver %s\noptions trust-ad\n' "$LAB_DNS" >/etc/resolv.conf
  trust_peers
  server_certificate
  if [ -d /config ]; then
    [ -n "$(ls -A /config)" ] || fail "LAB_CONFIG is an empty directory; Compose creates one if the path does not exist: is the path correct?"
    say "using the configuration in LAB_CONFIG"
  else
    say "using the distribution's configuration"
  fi
  say "using the policy $policy"
  [ -z "$LAB_SEND" ] || send_first &
  heed_kicks &
  # shellcheck source=/dev/null
  . /lab/mta/start.sh
}

main
