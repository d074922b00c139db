package symptoms

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/scenarios"
)

// Causes are the scenarios that show what an event tells, the commonest cause
// in the field first; none if it tells of no fault, or if the fault is not the
// peer's.
func Causes(ev maillog.Event) []string {
	if !reproducible(ev) {
		return nil
	}
	causes := slices.Clone(byReason()[nuanceOf(ev)])
	if ev.Dialect == "sendmail" && ev.Reason == maillog.NotVerified {
		// sendmail verifies the chain, and compares no names.
		names := byReason()[nuance{reason: maillog.HostMismatch}]
		causes = slices.DeleteFunc(causes, func(name string) bool { return slices.Contains(names, name) })
	}
	return causes
}

// reproducible reports whether a peer of ours can show what an event tells:
// only a client could where this host is the server, and nothing helps that is
// about this host's own settings.
func reproducible(ev maillog.Event) bool {
	switch {
	case ev.Side == maillog.Server, ev.Side == maillog.Own:
		return false
	case ev.Class == maillog.Harmless:
		return ev.Reason == maillog.NoCloseNotify && ev.Side == maillog.Client
	}
	return ev.Class == maillog.Fault
}

// A nuance is a reason with what else of an event tells causes apart.
type nuance struct {
	reason maillog.Reason
	// code is the reply to STARTTLS, 0 elsewhere.
	code int
	// stage is where the connection broke, or what was asked for was not there.
	stage maillog.Stage
	// aboveLeaf: the certificate at fault is not the leaf.
	aboveLeaf bool
}

// nuanceOf is the nuance of an event by which its causes are looked up.
func nuanceOf(ev maillog.Event) nuance {
	n := fullNuanceOf(ev)
	if _, known := byReason()[n]; !known {
		return nuance{reason: ev.Reason}
	}
	return n
}

func fullNuanceOf(ev maillog.Event) nuance {
	n := nuance{reason: ev.Reason}
	switch ev.Reason {
	case maillog.STARTTLSRefused:
		n.code = ev.Code
	case maillog.IssuerUnknown, maillog.Expired, maillog.WeakDigest, maillog.WrongPurpose:
		n.aboveLeaf = ev.Depth > 0
	case maillog.ConnectionClosed, maillog.ConnectionReset, maillog.ReplyTimeout, maillog.RequireTLS:
		if n.stage = ev.Stage; n.stage == maillog.Data && !strings.Contains(strings.ToLower(ev.Text), "data") {
			n.stage = "" // it is where a connection breaks of which no line tells
		}
	}
	return n
}

// byReason has the scenarios of each nuance: those that are commonest in the
// field, then those that are declared to have it, then those of which clients
// were recorded saying so, the ones of which most do first.
var byReason = sync.OnceValue(func() map[nuance][]string {
	all := make(map[nuance][]string)
	add := func(n nuance, names ...string) {
		for _, name := range names {
			if !slices.Contains(all[n], name) {
				all[n] = append(all[n], name)
			}
		}
	}
	for reason, names := range commonest {
		add(nuance{reason: reason}, names...)
	}
	for _, s := range scenarios.All() {
		for reason, has := range declared {
			if has(s) {
				add(nuance{reason: reason}, s.Name)
			}
		}
	}
	for n, names := range nuanced() {
		add(n, names...)
	}
	for _, said := range mostSaid() {
		if unproven[said.reason] {
			continue
		}
		add(nuance{reason: said.reason}, said.scenario)
		if len(all[said.nuance]) > 0 {
			add(said.nuance, said.scenario)
		}
	}
	return all
})

// unproven are the reasons of which a recording is no evidence: whatever comes
// too late is recorded with them.
var unproven = map[maillog.Reason]bool{maillog.ReplyTimeout: true, maillog.ClearFallback: true}

// A reasonSaid is how many clients give a reason for a scenario.
type reasonSaid struct {
	nuance
	scenario string
	clients  int
}

// mostSaid reads the recordings, most said first.
func mostSaid() []reasonSaid {
	recorded, err := Recorded()
	if err != nil {
		return nil // explain, which shows recordings, reports it
	}
	var all []reasonSaid
	for _, scenario := range scenarios.Names() {
		said := make(map[nuance]map[string]bool)
		for _, s := range recorded[scenario] {
			ev := maillog.Read(0, s.Says)
			if ev.Class != maillog.Fault || ev.Side == maillog.Server || ev.Side == maillog.Own {
				continue
			}
			n := fullNuanceOf(ev)
			if said[n] == nil {
				said[n] = make(map[string]bool)
			}
			client, _, _ := strings.Cut(s.Client, " ")
			said[n][client] = true
		}
		for n, clients := range said {
			all = append(all, reasonSaid{n, scenario, len(clients)})
		}
	}
	slices.SortFunc(all, func(a, b reasonSaid) int {
		return cmp.Or(b.clients-a.clients, strings.Compare(a.scenario, b.scenario), strings.Compare(string(a.reason), string(b.reason)), a.code-b.code, strings.Compare(string(a.stage), string(b.stage)))
	})
	return all
}

// A sayer is a client that was recorded with a scenario, and the reason that it
// gave.
type sayer struct {
	client string
	reason maillog.Reason
}

// sayers are those of the scenarios that were asked for: to read their
// recordings takes its time.
var sayers sync.Map

// sayersOf are all that were recorded with a scenario.
func sayersOf(scenario string) []sayer {
	if known, ok := sayers.Load(scenario); ok {
		all, _ := known.([]sayer)
		return all
	}
	recorded, err := Recorded()
	if err != nil {
		return nil
	}
	var all []sayer
	for _, s := range recorded[scenario] {
		all = append(all, sayer{s.Client, maillog.Read(0, s.Says).Reason})
	}
	sayers.Store(scenario, all)
	return all
}

// Sayers are the clients that were recorded giving a reason for a scenario.
func Sayers(scenario string, reason maillog.Reason) []string {
	var clients []string
	for _, s := range sayersOf(scenario) {
		if s.reason == reason && !slices.Contains(clients, s.client) {
			clients = append(clients, s.client)
		}
	}
	return clients
}
