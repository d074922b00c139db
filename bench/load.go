package main

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// A sample is what one round saw of one server.
type sample struct {
	// Rate is in the result's units per second. Zero if the workload is not
	// about time.
	Rate float64 `json:"rate,omitempty"`
	// CPU is the server's processor time for a unit.
	CPU time.Duration `json:"cpu,omitempty"`
	// P50 is the median time that the result's call took, seen from the client.
	P50 time.Duration `json:"p50,omitempty"`
	// Memory is resident memory in octets, of a connection or for a message.
	// Collected is the same after a garbage collection.
	Memory    float64 `json:"memory,omitempty"`
	Collected float64 `json:"collected,omitempty"`
}

// sessions is a load of so many sessions with one small message in each, from
// so many connections at once.
func sessions(connections, count int) func(target) (sample, error) {
	body := message(smallMessage)
	return func(t target) (sample, error) {
		return timed(t, connections, count, 1, func() error {
			m, err := dial(t.addr, t.tls)
			if err != nil {
				return err
			}
			return errors.Join(m.send(body), m.quit())
		})
	}
}

// stream is a load of so many sessions at once with so many messages in each.
func stream(connections, messages int) func(target) (sample, error) {
	body := message(smallMessage)
	return func(t target) (sample, error) {
		return timed(t, connections, connections, float64(messages), func() error {
			m, err := dial(t.addr, t.tls)
			if err != nil {
				return err
			}
			for range messages {
				if err := m.send(body); err != nil {
					return err
				}
			}
			return m.quit()
		})
	}
}

// large is a load of so many large messages, one after the other. Its unit is
// the mebibyte.
func large(count int) func(target) (sample, error) {
	body := message(largeMessage)
	return func(t target) (sample, error) {
		return timed(t, 1, count, float64(len(body))/mebibyte, func() error {
			m, err := dial(t.addr, t.tls)
			if err != nil {
				return err
			}
			return errors.Join(m.send(body), m.quit())
		})
	}
}

// timed calls one so often, from so many goroutines at once, and says what that
// cost. Each call is worth that many units.
func timed(t target, workers, count int, units float64, one func() error) (sample, error) {
	before, err := t.cpu()
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	took, err := repeat(workers, count, one)
	elapsed := time.Since(began)
	if err != nil {
		return sample{}, err
	}
	after, err := t.cpu()
	all := float64(count) * units
	return sample{
		Rate: all / elapsed.Seconds(), CPU: time.Duration(float64(after-before) / all), P50: median(took),
	}, err
}

// repeat returns how long each call took, and the first error.
func repeat(workers, count int, one func() error) ([]time.Duration, error) {
	took := make([]time.Duration, count)
	errs := make([]error, workers)
	var next atomic.Int64
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for i := next.Add(1) - 1; i < int64(count) && errs[w] == nil; i = next.Add(1) - 1 {
				began := time.Now()
				errs[w] = one()
				took[i] = time.Since(began)
			}
		})
	}
	working.Wait()
	return took, errors.Join(errs...)
}

// growth is how far a server's memory grows for one large message, after a
// small one has shown it the way.
func growth(t target) (sample, error) {
	for _, size := range []int{smallMessage, largeMessage} {
		body := message(size)
		if err := errors.Join(t.ask(orderCollect), t.resetPeak()); err != nil {
			return sample{}, err
		}
		before, _, err := t.resident()
		if err != nil {
			return sample{}, err
		}
		m, err := dial(t.addr, t.tls)
		if err != nil {
			return sample{}, err
		}
		if err := errors.Join(m.send(body), m.quit()); err != nil {
			return sample{}, err
		}
		_, peak, err := t.resident()
		if err != nil || size == largeMessage {
			return sample{Memory: float64(peak - before)}, err
		}
	}
	return sample{}, nil
}

// idle is what connections that wait behind EHLO cost a server.
func idle(t target) (s sample, err error) {
	const count, workers = 2000, 16
	if _, err := repeat(workers, workers, func() error { return visit(t) }); err != nil {
		return s, err
	}
	if err := t.ask(orderCollect); err != nil {
		return s, err
	}
	before, _, err := t.resident()
	if err != nil {
		return s, err
	}
	var mu sync.Mutex
	var open []*mailer
	defer func() {
		for _, m := range open {
			_ = m.conn.Close()
		}
	}()
	if _, err := repeat(workers, count, func() error {
		m, err := dial(t.addr, t.tls)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			open = append(open, m)
		}
		return err
	}); err != nil {
		return s, err
	}
	after, _, err := t.resident()
	if err != nil {
		return s, err
	}
	if err := t.ask(orderCollect); err != nil {
		return s, err
	}
	collected, _, err := t.resident()
	return sample{Memory: float64(after-before) / count, Collected: float64(collected-before) / count}, err
}

func visit(t target) error {
	m, err := dial(t.addr, t.tls)
	if err != nil {
		return err
	}
	return m.quit()
}
