divert(-1)
# What a sendmail that is unpacked and not installed wants to be told.
define(`QUEUE_DIR', DIR`/queue')
define(`STATUS_FILE', DIR`/statistics')
define(`HELP_FILE', DIR`/helpfile')
define(`confPID_FILE', DIR`/pid')
define(`confDEAD_LETTER_DROP', DIR`/dead.letter')
define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')
define(`confCR_FILE', `-o /etc/mail/relay-domains')
define(`ALIAS_FILE', `')
define(`confDOMAIN_NAME', `mail.example.test')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,TrustStickyBit')
define(`confTO_IDENT', `0')
define(`confQUEUE_LA', `100000')
define(`confREFUSE_LA', `100000')
define(`confDELAY_LA', `100000')
divert(0)dnl
OSTYPE(`linux')dnl
