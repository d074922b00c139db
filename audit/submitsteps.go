package audit

import (
	"context"
	"errors"
	"time"

	"github.com/emersion/go-smtp"
)

// deliverInSteps gives the MTA one message after the other, as what the domain
// publishes changes between them, and waits until it has had its chance with the
// last one. It is not kicked before the message after the change, unless that does
// not come in time: others wait for their kicks, too.
func (s *Submit) deliverInSteps(ctx context.Context, t Target) Attempt {
	defer time.AfterFunc(turnLimit, t.given).Stop()
	for i := range t.letters {
		if attempt := s.hand(ctx, t, t.letters[i:i+1]); attempt != (Attempt{}) {
			return attempt
		}
		t.probe.gives(i + 1)
		if t.probe.owed() <= 0 {
			t.given()
		}
		if !t.goesOn(ctx, i+1) {
			break
		}
	}
	return Attempt{}
}

// isBroken: the MTA is not there, or no longer.
func isBroken(err error) bool {
	var reply *smtp.SMTPError
	return err != nil && !errors.As(err, &reply)
}
