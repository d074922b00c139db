#!/bin/sh
#
# queue.sh has Sendmail try at once what is in its queue.

# It takes as long as the slowest peer, and does not hinder the next one.
/usr/sbin/sendmail-mta -q -OTimeout.hoststatus=0s -OQueueLA=1000 &
