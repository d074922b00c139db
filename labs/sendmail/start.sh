# shellcheck shell=sh
# start.sh of sendmail, read by entrypoint.sh.

mc=/etc/mail/sendmail.mc
access=/etc/mail/access

# add FILE appends what the policy or the lab says to the source of a map.
add() { [ ! -f "$1" ] || settings "$1" >>"$access"; }

# shellcheck disable=SC2154 # entrypoint.sh sets policy
configure() {
  if [ -d /config ]; then
    cp -r --preserve=mode /config/. /etc/mail/
    chown -R root:smmsp /etc/mail
  else
    sed -i 's/, Addr=127\.0\.0\.1//' "$mc"
  fi
  add "/lab/mta/policies/$policy.access"
  for limit in ClientRate ClientConn GreetPause; do
    printf '%s:%s\t0\n' "$limit" "${LAB_NETWORK%.*.*}" >>"$access"
  done
  if [ ! -d /config ] || [ ! -f /config/sendmail.cf ]; then
    compile
  fi
  [ ! -f "$access" ] || makemap hash "$access.db" <"$access" || fail "makemap does not take $access"
  printf '%s\n' "${LAB_NETWORK%.*.*}" >>/etc/mail/relay-domains
}

# compile makes sendmail.cf out of sendmail.mc.
compile() {
  {
    sed '/^MAILER_DEFINITIONS/,$d' "$mc"
    [ -d /config ] || cat /lab/mta/lab.mc
    [ ! -f "/lab/mta/policies/$policy.mc" ] || cat "/lab/mta/policies/$policy.mc"
    sed -n '/^MAILER_DEFINITIONS/,$p' "$mc"
  } >/tmp/sendmail.mc
  m4 /tmp/sendmail.mc >/etc/mail/sendmail.cf || fail "m4 does not take $mc"
}

# options prints the lab's own as arguments.
options() { settings /lab/mta/lab.options | sed 's/^/-O/'; }

configure
printf '%s' "${LAB_USER#*:}" | saslpasswd2 -p -c -u "$(hostname -f)" "${LAB_USER%%:*}"
chgrp smmsp /etc/sasldb2 && chmod 0640 /etc/sasldb2
newaliases >/dev/null || say "newaliases fails"
busybox syslogd -n -O - &
until [ -S /dev/log ]; do sleep 0.1; done
# shellcheck disable=SC2046 # one argument a line
exec /usr/sbin/sendmail-mta -bD -q5m $(options)
