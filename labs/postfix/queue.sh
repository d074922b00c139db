#!/bin/sh
#
# queue.sh has Postfix try at once what is in its queue.

postqueue -f
