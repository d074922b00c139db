# lib.sh is what the scripts beside it share: each runs a real MTA that was
# unpacked by e2e/setup.sh, in namespaces of its own. Nothing outside of them
# changes, and nothing that is started in them outlives them.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../.tools
FAKEMX=${FAKEMX-fakemx}

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# isolate [--net] runs the rest of the script with the mounts and the processes
# of its own, and with --net with a network that has nothing but a loopback
# interface. $dir is a folder for it, which is removed at the end.
isolate() {
  net=
  if [ "$1" = --net ]; then
    net=$1
    shift
  fi
  if [ -n "${FAKEMX_ISOLATED-}" ]; then
    dir=$FAKEMX_ISOLATED
    [ -z "$net" ] || ip link set lo up
    return
  fi
  [ "$(id -u)" -eq 0 ] || die 'root is needed, for its mounts and its users'
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir" # an MTA's own user comes here
  code=0
  FAKEMX_ISOLATED=$dir unshare --mount $net --pid --fork --kill-child "$0" "$@" || code=$?
  exit "$code"
}

# cover FOLDER puts another one in its place, with links to all that is in it, so
# that things can be added and replaced.
cover() {
  [ ! -e "$dir/covered$1" ] || return 0
  mkdir -p "$dir/covered$1" "$dir/cover$1"
  mount --rbind "$1" "$dir/covered$1"
  mount -t tmpfs -o mode=755 tmpfs "$dir/cover$1"
  find "$dir/covered$1" -mindepth 1 -maxdepth 1 -exec ln -s -t "$dir/cover$1" {} +
  mount --rbind "$dir/cover$1" "$1"
}

# place SOURCE… FOLDER puts files and folders into a folder of the machine, for
# this script to see alone.
place() {
  for folder; do :; done
  cover "$folder"
  while [ $# -gt 1 ]; do
    rm -f "$folder/${1##*/}"
    ln -s "$1" "$folder/"
    shift
  done
}

# names [NAMESERVER] lets names be looked up in a hosts file of two lines, and
# then by a name server, if one is given, whose AD bit is trusted.
names() {
  mkdir -p "$dir/names"
  printf '127.0.0.1 localhost\n' >"$dir/names/hosts"
  printf 'passwd: files\ngroup: files\nhosts: files%s\n' "${1:+ dns}" >"$dir/names/nsswitch.conf"
  printf '%s' "${1:+nameserver $1
options trust-ad timeout:2
}" >"$dir/names/resolv.conf"
  place "$dir/names/hosts" "$dir/names/nsswitch.conf" "$dir/names/resolv.conf" /etc
}

# accounts USER:NUMBER… adds users, each with a group of the same name and number.
accounts() {
  mkdir -p "$dir/etc"
  cp /etc/passwd /etc/group "$dir/etc"
  for user; do
    echo "${user%:*}:x:${user#*:}:${user#*:}::/nonexistent:/bin/false" >>"$dir/etc/passwd"
    echo "${user%:*}:x:${user#*:}:" >>"$dir/etc/group"
  done
  place "$dir/etc/passwd" "$dir/etc/group" /etc
}

# libraries TREE lets programs find the libraries of an unpacked tree, those that
# clear their environment too.
libraries() {
  mkdir -p "$dir/etc"
  {
    find "$1" -name '*.so*' -printf '%h\n' | sort -u
    echo 'include /etc/ld.so.conf'
  } >"$dir/etc/ld.so.conf"
  ldconfig -C "$dir/etc/ld.so.cache" -f "$dir/etc/ld.so.conf" 2>/dev/null
  place "$dir/etc/ld.so.cache" /etc
}

# syslog FILE keeps in a file what is written to /dev/log.
syslog() {
  mkdir -p "$dir/dev"
  python3 "$here/syslog.py" "$dir/dev/log" "$1" &
  await 'nothing listens as /dev/log' test -S "$dir/dev/log"
  place "$dir/dev/log" /dev
}

# await WHAT COMMAND… waits until a command succeeds, a minute at least.
await() {
  what=$1
  shift
  tries=0
  until "$@" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || die "$what"
    sleep 0.1
  done
}

# listening PORT waits until something listens there.
listening() {
  await "nothing listens on port $1" \
    python3 -c "import socket; socket.create_connection(('127.0.0.1', $1)).close()"
}

# authorities keeps those of all peers in $dir/pki, before the MTA starts, and puts
# the file that it is to trust where its own user can read it: $dir/ca.pem.
authorities() {
  "$FAKEMX" --scenario all --listen 127.0.0.1:10000 --pki "$dir/pki" --addr-file "$dir/addresses" >/dev/null 2>&1 &
  await 'the peers cannot be played' test -e "$dir/addresses"
  kill $!
  wait $! 2>/dev/null || true
  cp "$dir/pki/ca.pem" "$dir/ca.pem"
  chmod 644 "$dir/ca.pem"
}

# audit FLAGS… audits whatever takes mail as it is told, with a peer at port 25 of
# an address for each scenario, to which the DNS leads, as it does to the policies.
audit() {
  "$FAKEMX" audit --listen-net 127.25.0.0/22 --dns 127.0.0.53:53 --policy-host 127.0.0.54:443 --pki "$dir/pki" "$@"
}

# policy_daemon LOG starts postfix-mta-sts-resolver at port 8461 with an empty
# cache, and writes what it does into a file. It trusts the authorities for the
# policy host.
policy_daemon() {
  resolver=$tools/mta-sts-resolver
  cat >"$dir/mta-sts-daemon.yml" <<'CONF'
host: 127.0.0.1
port: 8461
cache:
  type: internal
  options:
    cache_size: 10000
CONF
  # Its module does nothing when it is run by -m.
  SSL_CERT_FILE=$dir/ca.pem PYTHONPATH=$resolver/usr/lib/python3/dist-packages \
    LD_LIBRARY_PATH=$(find "$resolver" -name '*.so*' -printf '%h\n' | sort -u | paste -sd: -) \
    python3 -c 'from postfix_mta_sts_resolver.daemon import main; main()' \
    --config "$dir/mta-sts-daemon.yml" --logfile "$1" --verbosity debug &
  listening 8461
}
