// Package recordedit alters the records that a crypto/tls server sends: it
// cuts handshake messages into small records, spoils the Finished message,
// inserts alerts, KeyUpdate, HelloRequest or any other record, and holds
// flights back. It stands below crypto/tls as its net.Conn and learns the keys
// from Config.KeyLogWriter, so crypto/tls is left as it is:
//
//	edited := recordedit.New(conn, edits)
//	config := base.Clone()
//	config.KeyLogWriter = edited.KeyLog()
//	server := tls.Server(edited, config)
//
// Every record of the server is opened and sealed again with a number of our
// own. That needs the AEAD suites of TLS 1.2 and 1.3 and, in TLS 1.2, a full
// handshake: crypto/tls logs no secret when it resumes one. Anything else
// fails with an error that says so.
package recordedit
