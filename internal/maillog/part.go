package maillog

// settle lets the end of a part decide about its beginning: what was said of
// certificates is harmless if the chain was verified in the end.
func (p *part) settle() {
	verified := -1
	for i, h := range p.events {
		if h.Verified {
			verified = i
		}
	}
	for i, h := range p.events {
		if i < verified && h.Class == Fault && kinds[h.Reason].stage == Verify {
			h.Class = Harmless
		}
	}
}

// failure is what went wrong in a part; false if nothing did.
func (p *part) failure() (f Failure, failed bool) {
	var best *held
	verified := false
	for _, h := range p.events {
		verified = verified || h.Verified
		if h.Class != Fault {
			continue
		}
		f.Lines++
		if f.First == 0 {
			f.First = h.At
		}
		if best == nil || weigh(h.Event) > weigh(best.Event) {
			best = h
		}
	}
	if best == nil {
		return Failure{}, false
	}
	f.Event = best.Event
	if best.Reason == NotVerified && !verified {
		p.blameCRL(&f)
	}
	p.fate(&f)
	return f, true
}

// weigh is how much an event tells.
func weigh(ev Event) int {
	w := 4 * kinds[ev.Reason].weight
	if ev.Depth >= 0 {
		w++
	}
	return w
}

// blameCRL: if nothing but the missing CRL was held against a chain that was
// not verified, that is why.
func (p *part) blameCRL(f *Failure) {
	for _, h := range p.events {
		if h.Reason == CRLUnavailable {
			h.Class = Fault
			f.Event = h.Event
			f.Lines++
			f.First = min(f.First, h.At)
		}
	}
}

// fate tells what became of the message.
func (p *part) fate(f *Failure) {
	for _, h := range p.events {
		if f.Peer == "" {
			f.Peer = h.Peer
		}
		if h.Outcome == "" {
			continue
		}
		f.Fate, f.FateInClear = h.Outcome, h.InClear
		if f.End = ""; h.Class == Other && h.Outcome != Sent {
			f.End = h.Reason
		}
	}
}
