#!/bin/sh
#
# queue.sh makes OpenSMTPD run its queue now.

# A route that failed is disabled for fifteen seconds, and for longer if it is
# used before that. The next kick waits for that time, and five seconds more.
sleep 11
smtpctl schedule all
