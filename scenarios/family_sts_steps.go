package scenarios

import "slices"

// groundCached: a policy in the cache that has not expired holds where no other
// one can be found or fetched.
const groundCached = "RFC 8461 section 3.3"

// afterFetch is an edit: once the policy was fetched, something else is published.
func afterFetch(edits ...func(*STS)) func(*Peer) {
	return func(p *Peer) {
		later := *p.STS
		for _, edit := range edits {
			edit(&later)
		}
		p.Steps = []Step{{After: StepAfter{Fetches: 1}, STS: later}}
	}
}

// inOrder makes several edits.
func inOrder(edits ...func(*Peer)) func(*Peer) {
	return func(p *Peer) {
		for _, edit := range edits {
			edit(p)
		}
	}
}

// What changes in a publication.
func otherID(s *STS)             { s.TXT = []string{"v=STSv1; id={id}1;"} }
func noTXT(s *STS)               { s.TXT = []string{} }
func noPolicyHost(s *STS)        { s.HTTPS = PolicyHTTPS{Host: PolicyHostAbsent} }
func forbidsPeer(s *STS)         { s.Policy.MX = []string{unlisted} }
func listsPeerToo(s *STS)        { s.Policy.MX = slices.Concat(s.Policy.MX, []string{"{hostname}"}) }
func inMode(m string) func(*STS) { return func(s *STS) { s.Policy.Mode = m } }

// Facts after a step.
var (
	// stillForbids: no other policy can be had, and the one in the cache holds.
	stillForbids = LaterFacts{Remembered: STSForbids, Ground: groundCached}
	// anyway: the policy in the cache has expired, and some clients keep one for
	// a least time of their own.
	anyway = LaterFacts{Remembered: STSLenient}
)

// thenFinds are the facts where another policy can be fetched. A client need not
// look for it while the one in its cache holds (RFC 8461 section 5.1).
func thenFinds(fact STSFact, ground string) LaterFacts {
	return LaterFacts{Remembered: STSLenient, Renewed: fact, Ground: ground}
}

// stsSteps: a domain that publishes something else once a client has fetched its
// policy.
var stsSteps = []Scenario{
	{
		Name:    "sts-id-changed",
		Number:  360,
		Base:    "mta-sts",
		Summary: "changes its MTA-STS policy and the id once it was fetched: the new one lists another host",
		Story: "The mail has moved, and the domain says so in the right way. The old policy still holds for a client that has it, which may look at the id before each delivery, or now and then. " +
			"Once it has fetched the new policy, it must not deliver to the old host.",
		Fix:        "Nothing is wrong. Keep the old host running until the old policy's max_age is over.",
		References: []string{"RFC 8461 section 3", "RFC 8461 section 5.1", "RFC 8461 section 8.1"},
		Facts:      stsAllows,
		Grounds:    Grounds{STS: groundListed},
		Later:      thenFinds(STSForbids, groundEnforce),
		Edit:       afterFetch(otherID, forbidsPeer),
	},
	{
		Name:    "sts-id-changed-host-added",
		Number:  361,
		Base:    "sts-mx-mismatch",
		Summary: "adds its host to its MTA-STS policy, with a new id, once the policy was fetched",
		Story: "This is how a domain repairs a policy that forbids its own host. The mail waits in the queues of the senders, which must look for a new policy before they return it. " +
			"A client that never looks at the id returns mail that it could deliver.",
		Fix:        "Nothing is wrong any more. It takes as long as clients take to look at the id.",
		References: []string{"RFC 8461 section 5.1", "RFC 8461 section 8.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSAllows, groundListed),
		Edit:       afterFetch(otherID, listsPeerToo),
	},
	{
		Name:    "sts-id-unchanged",
		Number:  362,
		Base:    "sts-mx-mismatch",
		Summary: "adds its host to its MTA-STS policy once the policy was fetched, and forgets to change the id",
		Story: "Clients that go by the id do not notice, and go by the old policy until they refresh it, which is suggested once a day. " +
			"Those that fetch anew find that the host is listed.",
		Fix:        "Change the id in the TXT record whenever the policy changes.",
		References: []string{"RFC 8461 section 3.1", "RFC 8461 section 3.3", "RFC 8461 section 8.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSAllows, groundListed),
		Edit:       afterFetch(listsPeerToo),
	},
	{
		Name:    "sts-txt-gone",
		Number:  363,
		Base:    "sts-mx-mismatch",
		Summary: "removes the TXT record of its MTA-STS policy once it was fetched; the policy does not list it",
		Story: "An attacker who controls the DNS answers leads the mail to another host, and hides the TXT record. The policy in the cache is what MTA-STS has against that: it holds until its max_age is over. " +
			"A client that looks at the TXT record first, and stops there, delivers.",
		Fix:        "To end MTA-STS, publish a policy in mode none with a new id, and remove the record when the old policies have expired.",
		References: []string{"RFC 8461 section 3.1", "RFC 8461 section 3.3", "RFC 8461 section 8.3", "RFC 8461 section 10.2"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(noTXT),
	},
	{
		Name:       "sts-policy-host-gone",
		Number:     364,
		Base:       "sts-mx-mismatch",
		Summary:    "removes the host of its MTA-STS policy once that was fetched; the policy does not list it",
		Story:      "The web server was retired, or somebody blocks the way to it. The id has not changed, and the policy in the cache holds.",
		Fix:        "Serve the policy, or publish one in mode none before you remove the host.",
		References: []string{"RFC 8461 section 3.3", "RFC 8461 section 8.3", "RFC 8461 section 10.2"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(noPolicyHost),
	},
	{
		Name:       "sts-publication-gone",
		Number:     365,
		Base:       "sts-mx-mismatch",
		Summary:    "removes TXT record and policy host once its MTA-STS policy was fetched, which lists others",
		Story:      "Somebody who does not like MTA-STS has removed everything at once, or an attacker has. To a client it is the same, and the policy in its cache holds.",
		Fix:        "Publish a policy in mode none first, with a new id, and wait until the old ones have expired.",
		References: []string{"RFC 8461 section 3.3", "RFC 8461 section 8.3"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(noTXT, noPolicyHost),
	},
	{
		Name:       "sts-new-id-fetch-fails",
		Number:     366,
		Base:       "sts-mx-mismatch",
		Summary:    "has a new id and no policy once its MTA-STS policy was fetched, which does not list it",
		Story:      "The deployment of the new policy went wrong, and the policy host answers 404. A client that discards the old policy before it has the new one delivers to anybody.",
		Fix:        "Serve the policy, and change the id after that.",
		References: []string{"RFC 8461 section 3.3", "RFC 8461 section 8.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(otherID, func(s *STS) { s.HTTPS.Status = 404 }),
	},
	{
		Name:       "sts-new-id-certificate-expired",
		Number:     367,
		Base:       "sts-mx-mismatch",
		Summary:    "has a new id and an expired certificate of the policy host once its MTA-STS policy was fetched",
		Story:      "Whoever forges the TXT record can make clients fetch, but has no certificate for the policy host. The policy in the cache holds.",
		Fix:        "Renew the certificate of the policy host.",
		References: []string{"RFC 8461 section 3.3"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(otherID, func(s *STS) { s.HTTPS.Certificate = PolicyCertificateExpired }),
	},
	{
		Name:       "sts-new-id-invalid-policy",
		Number:     368,
		Base:       "sts-mx-mismatch",
		Summary:    "has a new id and an invalid policy once its MTA-STS policy was fetched",
		Story:      "The new policy lacks max_age. What is not valid cannot replace the policy in the cache.",
		Fix:        "Add max_age, and list the host.",
		References: []string{"RFC 8461 section 3.2", "RFC 8461 section 3.3"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      stillForbids,
		Edit:       afterFetch(otherID, func(s *STS) { s.Policy.MaxAge = nil }),
	},
	{
		Name:    "sts-max-age-0",
		Number:  369,
		Base:    "sts-mx-mismatch",
		Summary: "removes the TXT record once its MTA-STS policy was fetched, which has max_age 0",
		Story: "A policy that is over at once protects nobody. Clients differ: some take it for invalid, some enforce it this once, and some keep it for a least time of their own. " +
			"When the record is gone, there is no policy to remember.",
		Fix:        "Use a max_age of weeks.",
		References: []string{"RFC 8461 section 3.2", "RFC 8461 section 5.1"},
		Facts:      stsDiffers,
		Later:      anyway,
		Edit:       inOrder(maxAge(0), afterFetch(noTXT)),
	},
	{
		Name:    "sts-cache-expired",
		Number:  370,
		Base:    "sts-mx-mismatch",
		Summary: "removes the TXT record once its MTA-STS policy was fetched, which expires in 5 seconds",
		Story: "A policy must not be applied longer than its max_age, and then the client delivers as without MTA-STS. With a time so short clients differ, as some keep every policy for a least time of their own, " +
			"or look at the time only when they refresh.",
		Fix:        "Use a max_age of weeks.",
		References: []string{"RFC 8461 section 3.2", "RFC 8461 section 3.3", "RFC 8461 section 5.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      anyway,
		Edit:       inOrder(maxAge(5), afterFetch(noTXT)),
	},
	{
		Name:       "sts-none-after-enforce",
		Number:     371,
		Base:       "sts-mx-mismatch",
		Summary:    "ends MTA-STS by a policy in mode none, with a new id, once the enforced one was fetched",
		Story:      "This is how a domain leaves MTA-STS. Once a client has fetched the new policy, it must deliver as without MTA-STS.",
		Fix:        "Nothing is wrong. Keep record and policy until the old ones have expired.",
		References: []string{"RFC 8461 section 5", "RFC 8461 section 8.3"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSNone, groundEnforce),
		Edit:       afterFetch(otherID, inMode("none")),
	},
	{
		Name:       "sts-enforce-after-none",
		Number:     372,
		Base:       "sts-none",
		Summary:    "begins to enforce an MTA-STS policy, with a new id, once one in mode none was fetched",
		Story:      "A domain comes back to MTA-STS, with a policy from before its mail moved. A client that remembers mode none as the end of all does not notice.",
		Fix:        "List the host in the policy.",
		References: []string{"RFC 8461 section 3", "RFC 8461 section 5"},
		Facts:      stsNothing,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSForbids, groundEnforce),
		Edit:       afterFetch(otherID, inMode("enforce")),
	},
	{
		Name:       "sts-enforce-after-testing",
		Number:     373,
		Base:       "sts-testing-mx-mismatch",
		Summary:    "goes on to enforce its MTA-STS policy, with a new id, once it was fetched in mode testing",
		Story:      "The reports of the test were not read. From now on clients keep the mail that they have delivered before.",
		Fix:        "List the host in the policy, and read the reports.",
		References: []string{"RFC 8461 section 3", "RFC 8461 section 5"},
		Facts:      stsAsked,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSForbids, groundEnforce),
		Edit:       afterFetch(otherID, inMode("enforce")),
	},
	{
		Name:       "sts-testing-after-enforce",
		Number:     374,
		Base:       "sts-mx-mismatch",
		Summary:    "goes back to mode testing, with a new id, once its enforced MTA-STS policy was fetched",
		Story:      "The mail stopped when the policy was enforced, and the domain takes that back. Once a client has fetched the new policy, it must deliver.",
		Fix:        "List the host in the policy, and go on to mode enforce when the reports show no failures.",
		References: []string{"RFC 8461 section 5", "RFC 8461 section 8.1"},
		Facts:      stsForbids,
		Grounds:    Grounds{STS: groundEnforce},
		Later:      thenFinds(STSTesting, groundEnforce),
		Edit:       afterFetch(otherID, inMode("testing")),
	},
}
