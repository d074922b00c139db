package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// submitters is how many messages are handed over at once.
const submitters = 8

// Rounds of a run: the first attempt and what follows when the queue is run
// again. The peers end a session that stalls after fifteen seconds, so that
// after quiet nothing more comes of a round.
const (
	Rounds = 2
	quiet  = 18 * time.Second
	round  = 45 * time.Second
)

// Exercise gives the mail server a message for every scenario, and returns when
// all are delivered or have been tried as often as there are rounds.
func (p Project) Exercise(ctx context.Context, w *Witness, scenarios []string) error {
	if err := p.submitAll(ctx, scenarios); err != nil {
		return err
	}
	for attempt := 1; attempt <= Rounds; attempt++ {
		if err := p.wait(ctx, w, scenarios, attempt); err != nil {
			return err
		}
		if attempt == Rounds || w.settled(scenarios, Rounds, time.Hour) {
			break
		}
		if _, err := p.Exec(ctx, "sh", "-c", p.MTA.Flush); err != nil {
			return err
		}
	}
	return nil
}

// wait returns when a round is over.
func (p Project) wait(ctx context.Context, w *Witness, scenarios []string, attempts int) error {
	w.rest()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	over := time.After(round)
	for !w.settled(scenarios, attempts, quiet) {
		select {
		case <-tick.C:
		case <-over:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// submitAll hands the messages over, some at once, each in a connection of its
// own: Exim would queue those of a longer one.
func (p Project) submitAll(ctx context.Context, scenarios []string) error {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		errs  []error
	)
	slots := make(chan struct{}, submitters)
	for _, name := range scenarios {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if err := p.Submit(ctx, name); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("%s does not take the message for %s: %w", p.MTA.Name, name, err))
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// Submit hands over one message for a scenario. Its sender is the null
// reverse-path, so that nothing comes back (RFC 5321 section 4.5.5).
func (p Project) Submit(ctx context.Context, scenario string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(p.Addr(), "25"))
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	client := smtp.NewClient(conn)
	defer client.Close()
	if err := client.Hello("client.fakemx.test"); err != nil {
		return err
	}
	to := Recipient(scenario)
	text := "From: <probe@healthy.fakemx.test>\r\nTo: <" + to + ">\r\nSubject: " + scenario + "\r\n" +
		"Date: " + time.Now().Format(time.RFC1123Z) + "\r\n\r\nA message of the labs.\r\n"
	if err := client.SendMail("", []string{to}, strings.NewReader(text)); err != nil {
		return err
	}
	return client.Quit()
}

// Recipient is the address whose mail goes to a scenario's peer.
func Recipient(scenario string) string { return "probe-" + scenario + "@" + scenario + ".fakemx.test" }
