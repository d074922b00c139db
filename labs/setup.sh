#!/usr/bin/env bash
#
# setup.sh prepares what the labs need: Docker, Compose and the images.
#
# If Docker is running, nothing is installed. On Debian without Docker, as root,
# it installs Docker and Compose from the distribution and starts dockerd;
# labs/teardown.sh stops it again. If no image registry can be reached, it builds
# the base image with debootstrap.
#
# usage: labs/setup.sh
#   exit code 0: the labs can run; 3: they cannot run on this machine (the reason
#   is printed)

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
state=$root/e2e/.tools/labs
base=debian:trixie-slim
servers=(postfix sendmail exim opensmtpd)

say() { printf 'labs: %s\n' "$*" >&2; }

# skip WHY: the labs cannot run here, which is not a failure.
skip() {
  say "skipped: $*"
  exit 3
}

fail() {
  say "$*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }
answers() { docker info >/dev/null 2>&1; }
compose_is_there() { docker compose version >/dev/null 2>&1 || has docker-compose; }

# quietly CMD… shows the output of CMD only if it fails.
quietly() {
  "$@" >"$state/output" 2>&1 || {
    say "failed: $*"
    tail -n 40 "$state/output" | sed 's/^/labs:   /' >&2
    return 1
  }
}

# install PACKAGE… from the distribution, without starting a service: this script
# starts dockerd itself.
install_packages() {
  say "installing with apt: $*"
  local policy=/usr/sbin/policy-rc.d made=no code=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes
  fi
  quietly apt-get -qq -o APT::Sandbox::User=root update &&
    DEBIAN_FRONTEND=noninteractive quietly apt-get -qq -o APT::Sandbox::User=root \
      install -y --no-install-recommends "$@" || code=1
  [ "$made" = no ] || rm "$policy"
  return "$code"
}

# get_docker installs and starts Docker if necessary.
get_docker() {
  if has docker && answers; then
    compose_is_there || skip "Docker is here, but neither docker compose nor docker-compose"
    return 0
  fi
  is_root || skip "no Docker answers, and only root can install or start it"
  has apt-get || skip "no Docker answers, and it is installed on a Debian only"
  local packages=()
  has docker && has dockerd || packages+=(docker.io)
  has docker-compose || packages+=(docker-compose)
  has iptables || packages+=(iptables)
  [ "${#packages[@]}" -eq 0 ] || install_packages "${packages[@]}" || fail "Docker cannot be installed"
  start_docker
}

# start_docker starts dockerd in the background. If the usual way fails, it uses a
# storage driver that also works in a container.
start_docker() {
  local driver
  for driver in '' vfs; do
    say "starting dockerd${driver:+ with storage driver $driver}; its log is $state/dockerd.log"
    setsid dockerd ${driver:+--storage-driver="$driver"} >"$state/dockerd.log" 2>&1 </dev/null &
    echo $! >"$state/dockerd.pid"
    if await_docker; then
      return 0
    fi
    kill "$(cat "$state/dockerd.pid")" 2>/dev/null || true
    rm -f "$state/dockerd.pid"
  done
  tail -n 15 "$state/dockerd.log" | sed 's/^/labs:   /' >&2
  skip "dockerd does not start on this machine"
}

# await_docker returns once dockerd answers, or fails once it has ended.
await_docker() {
  local until=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$until" ]; do
    ! answers || return 0
    kill -0 "$(cat "$state/dockerd.pid")" 2>/dev/null || return 1
    sleep 1
  done
  return 1
}

# get_base builds the base image, unless it exists or can be pulled.
get_base() {
  if docker image inspect "$base" >/dev/null 2>&1; then
    return 0
  fi
  if timeout 120 docker pull --quiet "$base" >/dev/null 2>&1; then
    return 0
  fi
  [ -f "$state/base.tar" ] || bootstrap
  docker import "$state/base.tar" "$base" >/dev/null
}

# mirror is the Debian mirror that this machine uses; empty for the default.
mirror() {
  # shellcheck disable=SC2016 # apt-get fills it in
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    grep -E '/debian/?$' | head -n 1 || true
}

# bootstrap packs a minimal Debian 13, with the proxy settings of this machine's
# apt.
bootstrap() {
  is_root || skip "$base cannot be pulled, and only root can make it"
  has debootstrap || install_packages debootstrap || fail "debootstrap cannot be installed"
  say "building $base with debootstrap"
  local tree
  tree=$(mktemp -d)
  quietly debootstrap --variant=minbase trixie "$tree" "$(mirror)" || fail "debootstrap failed"
  apt-config dump | grep -E '^Acquire::(http|https)::.*[Pp]roxy' >"$tree/etc/apt/apt.conf.d/01labs" || true
  rm -rf "$tree"/var/cache/apt/archives/*.deb
  tar -C "$tree" -c . >"$state/base.tar.new"
  mv "$state/base.tar.new" "$state/base.tar"
  rm -rf "$tree"
}

# build NAME ARGS… builds an image with the builder that every Docker has. It uses
# the host's network, so that a proxy on the host can be reached.
build() {
  local name=$1
  shift
  say "building $name"
  DOCKER_BUILDKIT=0 quietly docker build --network host --tag "$name" "$@" || fail "$name cannot be built"
}

# build_fakemx builds the same images as the Dockerfile, but from a binary built
# here: the tests are about this tree, and Go is available.
build_fakemx() {
  local image=$state/image
  rm -rf "$image"
  mkdir -p "$image/tmp"
  chmod 1777 "$image/tmp"
  (cd "$root" && CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$image/fakemx" .) || fail "fakemx cannot be built"
  printf 'FROM scratch\nCOPY . /\nUSER 65532:65532\nENTRYPOINT ["/fakemx"]\n' >"$state/Dockerfile"
  build fakemx --file "$state/Dockerfile" "$image"
  printf 'FROM %s\nCOPY fakemx /\nUSER 65532:65532\nENTRYPOINT ["/fakemx", "audit"]\n' "$base" >"$state/Dockerfile"
  build fakemx-lab-audit --file "$state/Dockerfile" "$image"
}

main() {
  mkdir -p "$state"
  has go || fail "the labs need Go: they are a test"
  get_docker
  get_base
  build_fakemx
  build fakemx-lab-addresses "$here/addresses"
  build fakemx-lab-unbound --file "$here/unbound/Dockerfile" "$here"
  local server
  for server in "${servers[@]}"; do
    build "fakemx-lab-$server" --file "$here/$server/Dockerfile" "$here"
  done
}

main "$@"
