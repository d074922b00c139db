#!/bin/sh
#
# queue.sh has OpenSMTPD try at once what is in its queue.

# A route that failed is disabled for fifteen seconds, and for longer if it is
# asked for before. The next kick waits meanwhile, and five seconds more.
sleep 11
smtpctl schedule all
