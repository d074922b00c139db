"""Keep in a file what programs write to /dev/log, and show it.

usage: syslog.py SOCKET FILE
"""

import os
import re
import socket
import sys

path, log = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(path)
os.chmod(path, 0o666)
with open(log, "ab", buffering=0) as out:
    while True:
        line = listener.recv(1 << 16).rstrip(b"\0\n")
        line = re.sub(rb"^<\d+>", b"", line) + b"\n"  # RFC 3164 section 4.1.1
        out.write(line)
        os.write(sys.stdout.fileno(), line)
