package scenarios

// Trace says what the peer writes in Received (RFC 5321 section 4.4).
type Trace struct {
	// Form is the MTA whose form the TLS comment has.
	Form TraceForm `yaml:"form" json:"form"`
	// TLSClause adds the registered tls clause of RFC 8314 section 7.4.
	TLSClause bool `yaml:"tls_clause,omitempty" json:"tls_clause,omitempty"`
	// With says which keyword is written after "with".
	With With `yaml:"with" json:"with"`
	// CommentAfterWith inserts a comment between the keyword after "with" and
	// what follows it, where some parsers fail.
	CommentAfterWith bool `yaml:"comment_after_with,omitempty" json:"comment_after_with,omitempty"`
	// Absent writes no Received field.
	Absent bool `yaml:"absent,omitempty" json:"absent,omitempty"`
}

// A TraceForm is the MTA whose form the TLS comment in Received has.
type TraceForm string

// The forms.
const (
	TraceSendmail TraceForm = "sendmail" // sendmail's
	TracePostfix  TraceForm = "postfix"  // Postfix's
	TraceExim     TraceForm = "exim"     // Exim's
	TraceNone     TraceForm = "none"     // no comment about TLS
)

// With is the rule for the keyword after "with" in Received.
type With string

// The rules.
const (
	WithRFC3848   With = "rfc3848"   // the keyword that RFC 3848 and RFC 6531 require
	WithAsClear   With = "as-clear"  // as if there had been no TLS
	WithAsTLS     With = "as-tls"    // as if there had been TLS
	WithSMTP      With = "smtp"      // always SMTP
	WithLowercase With = "lowercase" // the correct keyword in lower case
)
