#!/bin/sh
#
# usage: exim.sh OPTION LOG FLAG…
#
# Exim is audited as fakemx audit is told by the flags, with hosts_try_dane or
# hosts_require_dane for all hosts, and writes its log into a file.

. "$(dirname "$0")/lib.sh"
isolate --net "$@"

option=$1
log=$2
shift 2
names 127.0.0.53
authorities
syslog "$log" >/dev/null

tree=$tools/exim
etc=$dir/etc/exim4
mkdir -p "$etc" "$dir/spool"
chown 977 "$dir/spool"
cat >"$etc/exim4.conf" <<CONF
primary_hostname = client.fakemx.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = 2525
spool_directory = $dir/spool
log_file_path = syslog
syslog_timestamp = no
syslog_duplication = no
log_selector = +dnssec
tls_advertise_hosts =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = accept
queue_only_load = 1000
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
dns_dnssec_ok = 1
keep_environment =

begin routers
dns:
  driver = dnslookup
  transport = smtp
  dnssec_request_domains = *
  self = send

begin transports
smtp:
  driver = smtp
  $option = *
  # By TCP Fast Open, a host that does not answer is one that does not greet.
  connect_timeout = 5s
  command_timeout = 5s
  tls_verify_certificates = $dir/ca.pem

begin retry
* * F,1h,1s
CONF

accounts Debian-exim:977
libraries "$tree"
place "$tree/usr/sbin/exim4" /usr/sbin # by which name it calls itself
place "$etc" /etc
exim4 -bdf &
listening 2525
audit --submit smtp://127.0.0.1:2525 --kick "rm -f '$dir'/spool/db/*; exim4 -qff &" "$@"
