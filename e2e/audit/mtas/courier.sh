#!/bin/sh
#
# usage: courier.sh [/SECURITY=REQUIRED] LOG FLAG…
#
# Courier is audited as fakemx audit is told by the flags, with its defaults, or
# with /SECURITY=REQUIRED for all domains, TLS_VERIFYPEER=PEER and
# ESMTP_TLS_VERIFY_DOMAIN=1, and writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

required=
if [ "$1" = /SECURITY=REQUIRED ]; then
  required=$1
  shift
fi
log=$1
shift
names 127.0.0.53
authorities

tree=$tools/courier
etc=$dir/etc/courier
mkdir -p "$dir/etc" "$dir/lib" "$dir/run/courier" "$dir/bin"
cp -r "$tree/etc/courier" "$dir/etc"
cp -r "$tree/var/lib/courier" "$dir/lib"
mkdir -p "$etc/shared" "$etc/hosteddomains" "$etc/esmtpacceptmailfor.dir" "$etc/aliasdir" "$etc/filters/active" "$dir/lib/courier/sts"

# set FILE NAME VALUE
set_in() { sed -i "s|^$2=.*|$2=$3|" "$etc/$1"; }
echo client.fakemx.test | tee "$etc/me" >"$etc/defaultdomain"
echo localhost >"$etc/locals"
: >"$etc/authmodulelist"
echo 1 >"$etc/esmtptimeoutkeepalive"
set_in courierd TLS_TRUSTCERTS "$dir/ca.pem"
if [ -n "$required" ]; then
  echo ": $required" >"$etc/esmtproutes"
  set_in courierd TLS_VERIFYPEER PEER
  set_in courierd ESMTP_TLS_VERIFY_DOMAIN 1
fi
set_in esmtpd PORT 2525
set_in esmtpd BOFHCHECKDNS 0
for limit in MAXDAEMONS MAXPERC MAXPERIP; do
  set_in esmtpd "$limit" 200
done

# Its programs are where they look for each other, and find their libraries though
# some are setuid.
chown -R 977:977 "$etc" "$dir/lib" "$dir/run"
cp -r "$tree/usr/lib/courier" "$dir/lib/programs"
mkdir "$dir/usr" && mv "$dir/lib/programs" "$dir/usr/courier"
chown 977:977 "$dir/usr/courier/courier/submitmkdir"
chmod 4755 "$dir/usr/courier/courier/submitmkdir"
syslog "$log" >/dev/null
accounts courier:977
libraries "$tree"
place "$etc" /etc
place "$dir/usr/courier" /usr/lib
place "$dir/lib/courier" /var/lib
place "$dir/run/courier" /run
place "$tree"/usr/sbin/* /usr/sbin
place "$tree"/usr/bin/* /usr/bin
ln -sf "$tree/usr/bin/makedat.courier" /usr/bin/makedat

for make in makesmtpaccess makealiases makehosteddomains makeacceptmailfor; do
  "$make"
done
/usr/lib/courier/courierctl.start
esmtpd start
listening 2525
audit --from probe@client.fakemx.test --submit smtp://127.0.0.1:2525 --kick "courier flush" "$@"
