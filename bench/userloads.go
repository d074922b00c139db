package main

import (
	"crypto/tls"
	"errors"
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/certgen"
)

// userWorkloads are about the command as users run it. Where it keeps messages,
// the reference keeps them in the same way.
func userWorkloads(size int) []workload {
	modern := clientTLS(tls.VersionTLS13, tls.X25519)
	printing := []string{bare, bareAgain, cmdServe, cmdJSON, mailpit}
	keeping := []string{bareMaildir, cmdMessages}
	list := []workload{
		{
			name: "command", title: "the command, clear, one 4 KiB message per session", servers: append(printing, smtpSink),
			load: sessions(crowd, 1000*size),
		},
		{
			name: "command-starttls", title: "the command, STARTTLS, TLS 1.3, one 4 KiB message per session", servers: printing,
			load: with(modern, sessions(crowd, 300*size)),
		},
		{
			name: "command-messages", title: "the command, 3,000 messages of 4 KiB in one TLS session", servers: printing, unit: messageUnit,
			load: with(modern, stream(1, 3000)), note: "one connection",
		},
		{
			name: "command-synced", title: "the command with a Maildir, clear, one 4 KiB message per session", servers: keeping,
			load: sessions(crowd, 150*size), note: synced,
		},
		{
			name: "command-synced-starttls", title: "the command with a Maildir, STARTTLS, TLS 1.3, one 4 KiB message per session",
			servers: keeping, load: with(modern, sessions(crowd, 150*size)), note: synced,
		},
		{
			name: "command-synced-messages", title: "the command with a Maildir, messages of 4 KiB in one TLS session", servers: keeping,
			unit: messageUnit, load: with(modern, stream(1, 100*size)), note: "one connection; " + synced,
		},
	}
	for i := range list {
		list[i].key, list[i].servers = certgen.ECDSAP256, installed(list[i].servers)
	}
	return list
}

const (
	messageUnit = "message"
	synced      = "the reference keeps its messages in the same way"
)

// Kinds of server that keep so many records.
const (
	keeps1     = "keeps 1"
	keeps100   = "keeps 100"
	keeps10000 = "keeps 10000"
)

// growthWorkloads are about what a session costs where there is much else.
func growthWorkloads(size int) []workload {
	return []workload{
		{
			name: "growth-records", title: "clear, one 4 KiB message per session, where so many records of sessions are kept",
			key: certgen.ECDSAP256, servers: []string{keeps1, keeps100, keeps10000}, load: filled(sessions(crowd, 1000*size)),
		},
		{
			name: "growth-scenarios", title: "the command, clear, one 4 KiB message per session, where one scenario or all are played",
			key: certgen.ECDSAP256, servers: []string{cmdJSON, cmdAll}, load: sessions(crowd, 1000*size),
		},
	}
}

// keptBy is how many records a kind of server keeps; 0 for one that is of
// another kind.
func keptBy(kind string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(kind, "keeps "))
	return n
}

// filled is a load of servers that have as many records as they keep.
func filled(load func(target) (sample, error)) func(target) (sample, error) {
	return func(t target) (sample, error) {
		if !t.full {
			_, err := repeat(crowd, keptBy(t.kind), func() error { return visit(t) })
			if err != nil {
				return sample{}, errors.Join(errors.New("cannot fill the server"), err)
			}
			t.full = true
		}
		return load(t)
	}
}
