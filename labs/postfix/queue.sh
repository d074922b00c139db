#!/bin/sh
#
# queue.sh makes Postfix run its queue now.

postqueue -f
