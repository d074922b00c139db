#!/bin/sh
#
# usage: unshare --mount namespace.sh DIR COMMAND…
#
# Runs COMMAND in a mount namespace that was just made for it, in which
# /dev/log is DIR/log, and names are looked up in DIR/hosts alone. Nothing
# outside the namespace changes.

set -eu

dir=$1
shift

# /dev/log may be absent, or a link out of /dev, so all of /dev is replaced by
# one that holds the few devices that a mailer needs.
mkdir -p "$dir/dev"
mount -t tmpfs tmpfs "$dir/dev"
for device in null zero full random urandom; do
  : >"$dir/dev/$device"
  mount --bind "/dev/$device" "$dir/dev/$device"
done
ln -s "$dir/log" "$dir/dev/log"
mount --bind "$dir/dev" /dev

for file in hosts resolv.conf nsswitch.conf; do
  mount --bind "$dir/$file" "/etc/$file"
done

exec "$@"
