"""Delivers the message on standard input inside TLS, as smtplib does it.

usage: MODE HOST ADDR PORT CAFILE FROM TO
MODE is starttls or implicit; without CAFILE nothing is verified.
"""
import smtplib
import socket
import ssl
import sys

mode, host, addr, port, ca_file, sender, recipient = sys.argv[1:]


class StartTLS(smtplib.SMTP):
    """Connects to ADDR, whatever HOST is."""

    def _get_socket(self, _host, _port, timeout):
        return socket.create_connection((addr, int(port)), timeout)


class Implicit(smtplib.SMTP_SSL):
    """Connects to ADDR, whatever HOST is."""

    def _get_socket(self, _host, _port, timeout):
        raw = socket.create_connection((addr, int(port)), timeout)
        return self.context.wrap_socket(raw, server_hostname=self._host)


def connect():
    if mode == "implicit":
        return Implicit(host, int(port), local_hostname="client.test", timeout=30, context=context)
    return StartTLS(host, int(port), local_hostname="client.test", timeout=30)


if ca_file:
    context = ssl.create_default_context(cafile=ca_file)
else:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

try:
    with connect() as client:
        if mode == "starttls":
            client.starttls(context=context)
        client.ehlo_or_helo_if_needed()
        print("inside TLS")
        client.sendmail(sender, [recipient], sys.stdin.read())
except (OSError, smtplib.SMTPException) as e:
    print(f"error: {type(e).__name__}: {e}")
    sys.exit(1)
