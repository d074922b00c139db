package scenarios

// transport: how the connection ends or stalls.
var transport = []Scenario{
	{
		Name:    "reset-after-starttls",
		Summary: "answers STARTTLS with 220, then resets the connection",
		Story: "The process that should do TLS dies on the first octet, or a middlebox that cannot look into TLS cuts the connection. " +
			"Sendmail's log then shows nothing but stat=Deferred: Connection reset by the host. An opportunistic client that never falls back to clear text keeps such mail in its queue until it bounces.",
		Fix: "On the server, look for a crash at that second, and for a firewall or load balancer that resets what is not plain SMTP; compare openssl s_client -starttls smtp from inside and from outside. " +
			"A sending sendmail defers and can be told to use clear text: Try_TLS:HOST NO in the access map, or since 8.16 the option TLSFallbacktoClear. Postfix and Exim fall back on their own where TLS is optional.",
		References: []string{
			"RFC 3207 section 4.1",
			"field report: stat=Deferred: Connection reset by mx.remotefoo.com",
		},
		Facts: Facts{Offers: Yes, Completes: No, Authentic: No},
		Edit:  func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReset}} },
	},
}
