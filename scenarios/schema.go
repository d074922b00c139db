package scenarios

import _ "embed"

// fileSchema describes scenario files. It is written by go test ./scenarios
// -update.
//
//go:embed scenario.schema.json
var fileSchema string

// Schema returns the JSON Schema (draft 2020-12) of one document of a scenario
// file, for editors. It knows keys, types and words; [Parse] knows more.
func Schema() string { return fileSchema }
