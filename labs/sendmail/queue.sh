#!/bin/sh
#
# queue.sh makes sendmail run its queue now.

# With Timeout.hoststatus=0s, sendmail forgets at once that the lookup of the MX
# records failed, and delivers to the address of the domain.
#
# It takes as long as the slowest peer, but does not block the next run.
/usr/sbin/sendmail-mta -q -OTimeout.hoststatus=15s -OQueueLA=1000 &
