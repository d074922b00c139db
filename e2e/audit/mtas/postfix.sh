#!/bin/sh
#
# usage: postfix.sh LEVEL [mta-sts-resolver] LOG FLAG…
#
# Postfix is audited as fakemx audit is told by the flags, with a
# smtp_tls_security_level such as dane, and with the policy daemon
# postfix-mta-sts-resolver if that is asked for, and writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

level=$1
shift
daemon=
if [ "$1" = mta-sts-resolver ]; then
  daemon=$1
  shift
fi
log=$1
shift
names 127.0.0.53
authorities
if [ -n "$daemon" ]; then
  policy_daemon "$log.daemon"
fi
syslog "$log" >/dev/null

tree=$tools/postfix
etc=$dir/etc/postfix
mkdir -p "$etc" "$dir/spool" "$dir/data"
cp "$tree/etc/postfix/postfix-files" "$etc"
cat >"$etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
myhostname = client.fakemx.test
mydestination =
inet_interfaces = 127.0.0.1
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
smtp_host_lookup = dns
smtp_dns_support_level = dnssec
smtp_tls_security_level = $level
smtp_tls_CAfile = $dir/ca.pem
smtp_tls_loglevel = 1
smtp_tls_policy_maps =${daemon:+ socketmap:inet:127.0.0.1:8461:postfix}
smtp_connect_timeout = 5s
minimal_backoff_time = 1s
queue_run_delay = 1s
CONF
cat >"$etc/master.cf" <<'CONF'
127.0.0.1:2525 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
CONF

accounts postfix:977 postdrop:976
chown 977 "$dir/data"
libraries "$tree"
place "$tree/usr/lib/postfix" /usr/lib
place "$tree"/usr/sbin/post* /usr/sbin
place "$etc" /etc
postfix set-permissions create-missing >/dev/null 2>&1 || true # there is no documentation
postfix start
listening 2525
audit --submit smtp://127.0.0.1:2525 --kick "postqueue -f" "$@"
