// Package scenarios is the catalogue: every way in which a mail exchanger can
// be wrong, each declared once, as plain data. Apart from [Load] it does no
// I/O; it makes no keys and reads no clock.
//
// # Scenarios
//
// A [Scenario] is the healthy peer plus one change, with a description for
// human readers. Find one by its name or an alias with [Get], or with [MustGet]
// in a test; [All] and [ByFamily] return several. They return copies, which you
// may modify.
//
// Its [Peer] is what a server plays: the recipe of its certificates
// ([certgen.Recipe]), its [TLS] and [SMTP], the [Fault] values that strike at
// points of a session, and the [Trace] that it writes. [Healthy] returns the
// peer with nothing wrong, and [Diff] lists what a scenario changes.
//
// Its [Facts] state what is true of the peer for every client: whether it
// offers STARTTLS, whether TLS completes, and whether the peer is authentic.
// They decide what a client should do, and so every verdict of an audit. Its
// [Grounds] say why the facts are so.
//
// # Your own scenarios
//
// In Go, take a similar scenario and change its peer with [Scenario.With]. Set
// a name, a summary and the facts that hold after your change, and check the
// result with [Scenario.Validate].
//
// In YAML, state the difference from a built-in scenario. [Parse] and [Load]
// read such files; [Scenario.YAML] writes one. Mistakes are reported as
// [ParseError] values with the line and the key. [Schema] is a JSON Schema for
// editors. docs/scenarios.md in the repository is the reference of all keys.
//
// # Playing scenarios
//
// Package fakemx plays scenarios. If you need only the certificates, pass the
// recipe to [certgen.Build], with the values of its placeholders from
// [Scenario.Vars].
//
// # Numbers
//
// Each built-in scenario has a number that never changes. Its port and its
// address follow from the number, so adding a scenario does not move any other.
package scenarios
