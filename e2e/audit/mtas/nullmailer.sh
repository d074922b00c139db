#!/bin/sh
#
# usage: fakemx audit -- nullmailer.sh [--insecure]
#
# Nullmailer delivers a message by its module for SMTP, with --starttls and
# further options (nullmailer-smtp(8)).

set -eu

here=$(cd "$(dirname "$0")" && pwd)
queued=$(mktemp)
trap 'rm -f "$queued"' EXIT

# A message in the queue is the sender, the recipients, an empty line, and the
# message with the line ends of Unix.
{
  printf '%s\n%s\n\n' "$FAKEMX_FROM" "$FAKEMX_TO"
  tr -d '\r' <"$FAKEMX_MESSAGE"
} >"$queued"
begin=--starttls
if [ "$FAKEMX_SCHEME" = smtps ]; then
  begin=--tls
fi
HELOHOST=client.fakemx.test "$here/../../.tools/nullmailer/usr/lib/nullmailer/smtp" \
  --host="$FAKEMX_HOST" --port="$FAKEMX_PORT" --x509cafile="$FAKEMX_CA" "$begin" "$@" 3<"$queued"
