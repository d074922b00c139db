package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// measure lets every server of a workload bear its load once per round, in an
// order that is shuffled each time: how fast a server is depends on which one
// ran before it.
func measure(ctx context.Context, w workload, c certificates, o options) (r result, err error) {
	r = result{Name: w.name, Title: w.title, Note: w.note, Unit: cmp.Or(w.unit, session), Call: session, Samples: map[string][]sample{}}
	r.Servers = append(r.Servers, w.servers...)
	children := map[string]*child{}
	defer func() {
		for _, c := range children {
			err = errors.Join(err, c.stop())
		}
	}()
	const warmUp = -1
	fmt.Fprint(os.Stderr, w.name, " ")
	defer fmt.Fprintln(os.Stderr)
	for round := warmUp; round < o.rounds; round++ {
		if w.fresh && round == warmUp {
			continue
		}
		fmt.Fprint(os.Stderr, ".")
		for _, i := range rand.Perm(len(w.servers)) { //nolint:gosec // no secret
			if err := ctx.Err(); err != nil {
				return r, err
			}
			kind := w.servers[i]
			s, err := bear(w, kind, c, children)
			if err != nil {
				return r, err
			}
			if round != warmUp {
				r.Samples[kind] = append(r.Samples[kind], s)
			}
		}
	}
	return r, profile(w, c, children, o)
}

// bear lets one server bear the load once.
func bear(w workload, kind string, c certificates, children map[string]*child) (s sample, err error) {
	server := children[kind]
	if server == nil {
		if server, err = startChild(kind, c.pairs[w.key]); err != nil {
			return s, err
		}
		if w.fresh {
			defer func() { err = errors.Join(err, server.stop()) }()
		} else {
			children[kind] = server
		}
	}
	return w.load(target{child: server})
}

// profile has each server write profiles of what it spends and allocates in
// further rounds, if the flags ask for it.
func profile(w workload, c certificates, children map[string]*child, o options) error {
	if o.profiles == "" || w.fresh {
		return nil
	}
	dir, err := filepath.Abs(o.profiles)
	if err != nil {
		return err
	}
	for _, kind := range w.servers {
		server, name := children[kind], filepath.Join(dir, w.name+"-"+strings.ReplaceAll(kind, " ", ""))
		if server.foreign {
			continue
		}
		if err := server.ask(orderProfile + name + ".cpu"); err != nil {
			return err
		}
		for range o.rounds {
			if _, err := bear(w, kind, c, children); err != nil {
				return err
			}
		}
		if err := errors.Join(server.ask(orderStopProfile), server.ask(orderAllocations+name+".allocs")); err != nil {
			return err
		}
	}
	return nil
}

// median is that of what is not empty.
func median[T cmp.Ordered](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
