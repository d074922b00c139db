"""Delivers the message on standard input inside TLS, as smtplib does it.

usage: HOST ADDR PORT CAFILE FROM TO; without CAFILE nothing is verified
"""
import smtplib
import socket
import ssl
import sys

host, addr, port, ca_file, sender, recipient = sys.argv[1:]


class SMTP(smtplib.SMTP):
    """Connects to ADDR, whatever HOST is."""

    def _get_socket(self, _host, _port, timeout):
        return socket.create_connection((addr, int(port)), timeout)


if ca_file:
    context = ssl.create_default_context(cafile=ca_file)
else:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

try:
    with SMTP(host, int(port), local_hostname="client.test", timeout=30) as client:
        client.starttls(context=context)
        print("inside TLS")
        client.sendmail(sender, [recipient], sys.stdin.read())
except (OSError, smtplib.SMTPException) as e:
    print(f"error: {type(e).__name__}: {e}")
    sys.exit(1)
