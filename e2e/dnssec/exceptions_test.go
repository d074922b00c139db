package dnssec_test

import "regexp"

// An exception is a question to which a validator may give another answer than
// ours, and why.
type exception struct {
	row, name, qtype, validator *regexp.Regexp
	reason                      string
}

func except(row, name, qtype, validator, reason string) exception {
	whole := func(text string) *regexp.Regexp { return regexp.MustCompile("^(" + text + ")$") }
	return exception{whole(row), whole(name), whole(qtype), whole(validator), reason}
}

var exceptions = []exception{
	except("opt-out|names-opt-out", ".*", ".*", "delv",
		"delv calls a denial with opt-out validated, which unbound does not (RFC 5155 section 9.2: no AD bit)"),
	except("lame-tlsa", ".*", ".*", ".*unbound",
		"once unbound has met a lame answer, it does not ask the server for anything else either"),
	except("(servfail|refused|lame|drop|truncate)-tlsa", "_25._tcp.bare", "TLSA", "minimising unbound",
		"it asks for _tcp.bare first, and concludes that there is nothing below (RFC 8020)"),
	except("wrong-signer-soa", "host.child", "A", "delv",
		"unbound does not mind the SOA record of a denied DS record; delv does, if its signer is below"),
	except(".*-(nsec|nsec3)", "host.child", "A", ".*unbound",
		"where the denial of a DS record is bogus, unbound gives the code of the key that it then misses"),
}

// excepted says whether a validator may differ.
func excepted(r row, q question, validator string) bool {
	for _, e := range exceptions {
		if e.row.MatchString(r.label) && e.name.MatchString(q.name) && e.qtype.MatchString(q.qtype) && e.validator.MatchString(validator) {
			return true
		}
	}
	return false
}
