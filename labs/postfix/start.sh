# shellcheck shell=sh
# start.sh for postfix, sourced by entrypoint.sh.

[ ! -d /config ] || cp -r --preserve=mode /config/. /etc/postfix/

# shellcheck disable=SC2154 # entrypoint.sh sets policy
for file in /lab/mta/lab.cf "/lab/mta/policies/$policy.cf"; do
  settings "$file" | while read -r setting; do
    say "setting $setting"
    postconf -e "$setting" || fail "postconf rejects $setting"
  done
done
postconf -e "mynetworks = 127.0.0.0/8 $LAB_NETWORK"

# Separate services write the log and accept submissions.
postconf -M 'postlog/unix-dgram=postlog unix-dgram n - n - 1 postlogd'
postconf -M 'submission/inet=submission inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level=may'
# A chroot would need copies of the CA files and of resolv.conf.
postconf -F '*/*/chroot = n'

# Fetches MTA-STS policies, and keeps none for longer than the containers run.
case $policy in
  *mta-sts)
    printf 'host: 127.0.0.1\nport: 8461\nreuse_port: true\nshutdown_timeout: 5\ncache: {type: internal, options: {cache_size: 10000}}\ndefault_zone: {strict_testing: false, timeout: 4}\n' >/tmp/mta-sts.yml
    mta-sts-daemon -c /tmp/mta-sts.yml -v debug >&2 &
    ;;
esac

printf '%s' "${LAB_USER#*:}" | saslpasswd2 -p -c -u "$(postconf -hx myhostname)" "${LAB_USER%%:*}"
chgrp postfix /etc/sasldb2
newaliases || say "newaliases failed"
postfix check || fail "postfix rejects its configuration"
exec postfix start-fg
