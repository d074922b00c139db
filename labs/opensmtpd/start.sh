# shellcheck shell=sh
# start.sh for opensmtpd, sourced by entrypoint.sh.

# option KIND prints the options of the policy for actions or for listeners.
# shellcheck disable=SC2154 # entrypoint.sh sets policy
option() { [ ! -f "/lab/mta/policies/$policy.$1" ] || settings "/lab/mta/policies/$policy.$1"; }

relay=$(option conf)
listen=$(option listen)

if [ -d /config ]; then
  cp -r --preserve=mode /config/. /etc/
  sed -i "s/^\(action .*\brelay\)\b/\1 $relay/" /etc/smtpd.conf
else
  sed -e "s|POLICY|$relay|" -e "s|LISTEN|${listen:-tls}|" -e "s|NETWORK|$LAB_NETWORK|" /lab/mta/smtpd.conf >/etc/smtpd.conf
fi
printf '%s\t%s\n' "${LAB_USER%%:*}" "$(smtpctl encrypt "${LAB_USER#*:}")" >/etc/lab-users
smtpd -n || fail "smtpd rejects its configuration"

# By itself, smtpd retries only after minutes. A route that failed stays disabled
# for fifteen seconds, though.
while sleep "$LAB_RETRY"; do
  smtpctl schedule all || true
done >/dev/null 2>&1 &
exec smtpd -d
