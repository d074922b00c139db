package main

import (
	"crypto/tls"

	"github.com/fakemx/fakemx/certgen"
)

// A workload is one kind of load and the servers that are to bear it. The first
// server is the reference: every ratio is to it.
type workload struct {
	name    string
	title   string
	key     certgen.KeyKind
	servers []string
	// unit is what rate and CPU are of. If empty, sessions.
	unit string
	// load is what a round does to one server.
	load func(target) (sample, error)
	// fresh: every round has new servers, since the old ones' memory tells of
	// earlier rounds.
	fresh bool
	// note is what a reader of the table should know.
	note string
}

// A target is a server under load, and how a client is to speak TLS to it; nil
// if it is not.
type target struct {
	*child
	tls *tls.Config
}

const (
	mebibyte       = 1 << 20
	smallMessage   = 4 << 10
	largeMessage   = 25 * mebibyte
	largestMessage = 64 * mebibyte
	crowd          = 64 // connections at once
)

// clientTLS is a client that insists on one version and one group, and does not
// resume. It does not verify, which would cost but the client.
func clientTLS(version uint16, group tls.CurveID) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // the load is no judge of certificates
		MinVersion:         version, MaxVersion: version, CurvePreferences: []tls.CurveID{group},
	}
}

// with gives a load its TLS.
func with(config *tls.Config, load func(target) (sample, error)) func(target) (sample, error) {
	return func(t target) (sample, error) {
		t.tls = config
		return load(t)
	}
}

// workloads are all of them; full ones work longer in every round.
func workloads(full bool) []workload {
	size := 1
	if full {
		size = 4
	}
	list := sessionWorkloads(size)
	list = append(list, streamWorkloads(size)...)
	list = append(list, largeWorkloads(size)...)
	list = append(list, quietWorkloads(size)...)
	list = append(list, userWorkloads(size)...)
	return append(list, growthWorkloads(size)...)
}

// sessionWorkloads send one small message per session.
func sessionWorkloads(size int) []workload {
	kinds := []string{bare, bareAgain, mxMemory, mxDiscard}
	plaintext := workload{
		name: "plaintext", title: "clear, one 4 KiB message per session", key: certgen.ECDSAP256,
		servers: kinds, load: sessions(crowd, 1000*size),
	}
	list := []workload{plaintext}
	for _, v := range []struct {
		name, title string
		key         certgen.KeyKind
		version     uint16
		group       tls.CurveID
	}{
		{"starttls", "STARTTLS, TLS 1.3, P-256, X25519", certgen.ECDSAP256, tls.VersionTLS13, tls.X25519},
		{"starttls-mlkem", "STARTTLS, TLS 1.3, P-256, X25519MLKEM768", certgen.ECDSAP256, tls.VersionTLS13, tls.X25519MLKEM768},
		{"starttls-tls12", "STARTTLS, TLS 1.2, P-256, X25519", certgen.ECDSAP256, tls.VersionTLS12, tls.X25519},
		{"starttls-rsa", "STARTTLS, TLS 1.3, RSA-2048, X25519", certgen.RSA2048, tls.VersionTLS13, tls.X25519},
		{"starttls-rsa-tls12", "STARTTLS, TLS 1.2, RSA-2048, X25519", certgen.RSA2048, tls.VersionTLS12, tls.X25519},
	} {
		list = append(list, workload{
			name: v.name, title: v.title + ", one 4 KiB message per session", key: v.key,
			servers: kinds[:3], load: with(clientTLS(v.version, v.group), sessions(crowd, 300*size)),
		})
	}
	return list
}

// streamWorkloads send many small messages in each session.
func streamWorkloads(size int) []workload {
	load := stream(16, 2000)
	modern := clientTLS(tls.VersionTLS13, tls.X25519)
	kinds := []string{bare, bareAgain, mxMemory, mxDiscard}
	return []workload{
		{
			name: "messages", title: "2,000 messages of 4 KiB in each TLS session", key: certgen.ECDSAP256,
			servers: kinds, load: with(modern, load), unit: messageUnit, note: "16 sessions at once",
		},
		{
			name: "messages-synced", title: "many 4 KiB messages in each clear session, each synced to a Maildir", key: certgen.ECDSAP256,
			servers: []string{bareMaildir, mxMaildir}, load: stream(16, 10*size),
			unit: messageUnit, note: synced,
		},
	}
}

// largeWorkloads send one large message per session, one session at a time.
func largeWorkloads(size int) []workload {
	modern := clientTLS(tls.VersionTLS13, tls.X25519)
	kinds := []string{bare, bareAgain, mxMemory, mxHeld, mxDiscard}
	load := large(size)
	return []workload{
		{name: "large", title: "one 25 MiB message, clear", key: certgen.ECDSAP256, servers: kinds, load: load, unit: "MiB"},
		{name: "large-tls", title: "one 25 MiB message, TLS 1.3", key: certgen.ECDSAP256, servers: kinds, load: with(modern, load), unit: "MiB"},
		{
			name: "large-memory", title: "memory for one 25 MiB message, clear", key: certgen.ECDSAP256,
			servers: kinds, load: growth, fresh: true, note: "the peak of resident memory above what stood before; the message has 25,600 KiB",
		},
	}
}

// quietWorkloads are about connections that do little.
func quietWorkloads(size int) []workload {
	modern := clientTLS(tls.VersionTLS13, tls.X25519)
	kinds := []string{bare, bareAgain, mxMemory}
	return []workload{
		{name: "idle", title: "2,000 idle connections, clear", key: certgen.ECDSAP256, servers: kinds, load: idle, fresh: true},
		{
			name: "idle-tls", title: "2,000 idle connections, TLS 1.3", key: certgen.ECDSAP256, servers: kinds, load: with(modern, idle),
			fresh: true,
		},
		{name: "single", title: "one connection at a time, clear", key: certgen.ECDSAP256, servers: kinds, load: sessions(1, 200*size)},
		{
			name: "single-tls", title: "one connection at a time, STARTTLS, TLS 1.3", key: certgen.ECDSAP256, servers: kinds,
			load: with(modern, sessions(1, 100*size)),
		},
	}
}
