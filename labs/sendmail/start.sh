# shellcheck shell=sh
# start.sh for sendmail, sourced by entrypoint.sh.

mc=/etc/mail/sendmail.mc
access=/etc/mail/access

# add appends lines to the source of the access map, except for existing keys.
add() {
  while read -r key value; do
    grep -qi "^${key}[[:space:]]" "$access" 2>/dev/null || printf '%s\t%s\n' "$key" "$value" >>"$access"
  done
}

# limits prints access map lines that lift all rate limits for the lab.
limits() { printf "%s:${LAB_NETWORK%.*.*}\\t0\\n" ClientRate ClientConn GreetPause; }

# shellcheck disable=SC2154 # entrypoint.sh sets policy
configure() {
  if [ -d /config ]; then
    cp -r --preserve=mode /config/. /etc/mail/
    chown -R root:smmsp /etc/mail
  else
    sed -i 's/, Addr=127\.0\.0\.1//' "$mc"
    # The lab's user is in sasldb2; there is no saslauthd.
    sed -i 's/^pwcheck_method:.*/pwcheck_method: auxprop/' /etc/mail/sasl/Sendmail.conf.2
  fi
  limits | add
  if [ -f "/lab/mta/policies/$policy.access" ]; then
    settings "/lab/mta/policies/$policy.access" | add
  fi
  if [ ! -d /config ] || [ ! -f /config/sendmail.cf ]; then
    compile
  fi
  for map in access mailertable domaintable genericstable virtusertable; do
    [ ! -f "/etc/mail/$map" ] || makemap hash "/etc/mail/$map.db" <"/etc/mail/$map" || fail "makemap rejects $map"
  done
  printf '%s\n' "${LAB_NETWORK%.*.*}" >>/etc/mail/relay-domains
}

# compile builds sendmail.cf from sendmail.mc.
compile() {
  {
    sed '/^MAILER_DEFINITIONS/,$d' "$mc"
    [ -d /config ] || cat /lab/mta/lab.mc
    [ ! -f "/lab/mta/policies/$policy.mc" ] || cat "/lab/mta/policies/$policy.mc"
    sed -n '/^MAILER_DEFINITIONS/,$p' "$mc"
  } >/tmp/sendmail.mc
  m4 /tmp/sendmail.mc >/etc/mail/sendmail.cf || fail "m4 rejects $mc"
}

# options prints the lab's options as arguments.
options() { settings /lab/mta/lab.options | sed 's/^/-O/'; }

configure
printf '%s' "${LAB_USER#*:}" | saslpasswd2 -p -c -u lab.test "${LAB_USER%%:*}"
chgrp smmsp /etc/sasldb2 && chmod 0640 /etc/sasldb2
newaliases >/dev/null || say "newaliases failed"
busybox syslogd -n -O - &
until [ -S /dev/log ]; do sleep 0.1; done
# shellcheck disable=SC2046 # one argument a line
exec /usr/sbin/sendmail-mta -bD -q"$LAB_RETRY" $(options)
