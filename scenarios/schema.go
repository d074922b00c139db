package scenarios

import _ "embed"

// fileSchema describes scenario files. It is written by go test ./scenarios
// -update.
//
//go:embed scenario.schema.json
var fileSchema string

// Schema returns the JSON Schema (draft 2020-12) of one document of a scenario
// file, for editors. It covers keys, types and words; [Parse] checks more.
func Schema() string { return fileSchema }
