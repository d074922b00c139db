package fakemx

import _ "embed"

// sessionSchema describes the JSON form of Session.
//
//go:embed session.schema.json
var sessionSchema string

// SessionSchema returns the JSON Schema (draft 2020-12) of the JSON form of a
// Session, which is also that of the session event of the command.
func SessionSchema() string { return sessionSchema }
