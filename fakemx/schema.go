package fakemx

import _ "embed"

// sessionSchema describes the JSON form of Session.
//
//go:embed session.schema.json
var sessionSchema string

// SessionSchema returns the JSON Schema (draft 2020-12) for the JSON form of a
// [Session]. The session event of the fakemx command has the same form.
func SessionSchema() string { return sessionSchema }
