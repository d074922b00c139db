#!/bin/sh
#
# usage: fakemx audit -- dma.sh DIRECTIVE…
#
# Dma delivers a message to a smarthost in the foreground, with the directives in
# its dma.conf.

. "$(dirname "$0")/lib.sh"
isolate "$@"

log=$dir/mail.log
: >"$log"
syslog "$log"
names
mkdir "$dir/dma" "$dir/spool"
chown mail "$dir/spool" # as which dma runs when root calls it
if [ "$FAKEMX_SCHEME" = smtps ]; then # SECURETRANSFER alone is TLS from the first byte
  set -- SECURETRANSFER
fi
# A bounce goes to the sender, and must not come to the peer.
printf '%s\n' "SMARTHOST $FAKEMX_HOST" "PORT $FAKEMX_PORT" "SPOOLDIR $dir/spool" \
  "MAILNAME ${FAKEMX_FROM#*@}" "$@" >"$dir/dma/dma.conf"
place "$dir/dma" /etc

tr -d '\r' <"$FAKEMX_MESSAGE" >"$dir/message"
"$tools/dma/usr/sbin/dma" -D -i -f "$FAKEMX_FROM" "$FAKEMX_TO" <"$dir/message" &

# What dma defers it keeps to try again in five minutes: here it is ended instead.
while kill -0 $! 2>/dev/null; do
  if grep -E 'deferred|failed' "$log" >/dev/null; then
    sleep 0.3
    break
  fi
  sleep 0.05
done
logger -t dma.sh 'the end' # behind all that dma wrote
await 'the log has no end' grep -q 'dma.sh: the end' "$log"
grep -F "<$FAKEMX_TO> delivery successful" "$log" >/dev/null
