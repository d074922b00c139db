"""Sends a message with Python's smtplib, as FAKEMX_* say.

usage: smtplib_mailer.py [context|no-context]

With a default context the certificate and the name are verified. Without one,
smtplib verifies nothing.
"""
import os
import smtplib
import ssl
import sys

env = {name: os.environ["FAKEMX_" + name] for name in ("HOST", "PORT", "SCHEME", "CA", "FROM", "RECIPIENTS", "MESSAGE")}
context = None
if "no-context" not in sys.argv:
    context = ssl.create_default_context(cafile=env["CA"])

with open(env["MESSAGE"], encoding="utf-8") as file:
    message = file.read()
if env["SCHEME"] == "smtps":
    client = smtplib.SMTP_SSL(env["HOST"], int(env["PORT"]), context=context)
else:
    client = smtplib.SMTP(env["HOST"], int(env["PORT"]))
with client:
    if env["SCHEME"] == "smtp":
        client.starttls(context=context)
    client.sendmail(env["FROM"], env["RECIPIENTS"].split(","), message)
