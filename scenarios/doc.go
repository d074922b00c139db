// Package scenarios is the catalogue: every way in which a mail exchanger can
// be wrong, each declared once, as pure data. Except for [Load], it does no I/O;
// it makes no keys and reads no clock.
//
// # Scenarios
//
// A [Scenario] is the healthy peer plus one change, with what a person needs to
// know about it. Find one by its name or an alias with [Get], or with [MustGet] in
// a test; [All] and [ByFamily] return many. What is returned is a copy: you may
// change it, and nobody else sees that.
//
// The [Peer] in it is what a server plays: the recipe of its certificates
// ([certgen.Recipe]), how it conducts [TLS] and [SMTP], the [Fault] values that
// strike at points of a session, and the [Trace] that it writes. [Healthy]
// returns the good one, and [Diff] says what a scenario changes.
//
// The [Facts] say what is true of the peer, whoever connects to it: whether it
// offers STARTTLS, whether TLS completes, and whether the peer is authentic. They
// decide what a client should do, and so every verdict of an audit. The [Grounds]
// say why the facts are so.
//
// # Scenarios of your own
//
// In Go, take a scenario that is near to what you want, and change its peer with
// [Scenario.With]. Give it a name, a summary and the facts that your change makes
// true, and let [Scenario.Validate] look at it.
//
// In YAML, say what is different from a built-in scenario. [Parse] and [Load]
// read such files; [Scenario.YAML] writes one. A mistake is a [ParseError] with
// the line and the key. [Schema] is for editors. The reference of all keys is
// docs/scenarios.md in the repository.
//
// # Playing them
//
// Package fakemx plays scenarios. Whoever wants the certificates alone hands the
// recipe to [certgen.Build] with the values of its placeholders, which
// [Scenario.Vars] has.
//
// # Numbers
//
// Each built-in scenario has a number that never changes. Its port and its
// address follow from it, so that a new scenario moves no other.
package scenarios
