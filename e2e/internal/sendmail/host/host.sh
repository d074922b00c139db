#!/bin/sh
#
# usage: unshare --mount --net host.sh DIR COMMAND…
#
# Runs COMMAND on what it takes for a host of its own: a network that leads
# nowhere, an /etc that is a copy with DIR/mail and the files of DIR/names in
# it, DIR/log in the place of /var/log, and a /dev/log that is DIR/syslog.
# Nothing outside changes.

set -eu

dir=$1
shift

ip link set lo up
# Whoever is not root outside is not root in here, and is to have port 25.
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start

mkdir -p "$dir/dev" "$dir/etc" "$dir/log" "$dir/queue"
chmod 0700 "$dir/queue"
mount -t tmpfs tmpfs "$dir/dev"
for device in null zero full random urandom; do
  : >"$dir/dev/$device"
  mount --bind "/dev/$device" "$dir/dev/$device"
done
ln -s /proc/self/fd "$dir/dev/fd"
ln -s "$dir/syslog" "$dir/dev/log"
mount --bind "$dir/dev" /dev

# What may not be read is not missed.
cp -a /etc/. "$dir/etc" 2>/dev/null || :
rm -rf "$dir/etc/mail"
cp -R "$dir/mail" "$dir/etc/mail"
for file in "$dir"/names/*; do
  rm -f "$dir/etc/$(basename "$file")"
  cp "$file" "$dir/etc"
done
mount --bind "$dir/etc" /etc
mount --bind "$dir/log" /var/log

cd "$HOME"
exec "$@"
