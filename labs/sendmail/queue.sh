#!/bin/sh
#
# queue.sh makes sendmail run its queue now.

# It takes as long as the slowest peer, but does not block the next run.
/usr/sbin/sendmail-mta -q -OTimeout.hoststatus=0s -OQueueLA=1000 &
