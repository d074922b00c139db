package maillog

// readBeside reads what milters and policy services say that stand beside a
// mail server: what they find of a message is no failure of TLS, whatever words
// they use.
func readBeside(_ *entry, ev *Event) { ev.Reason = Chatter }

// isBeside recognises them by their tags only.
func isBeside(*entry) bool { return false }
