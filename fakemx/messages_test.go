package fakemx_test

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
)

// wrapped is a store of a user that stands on ours.
type wrapped struct{ *store.Memory }

// The messages are those of the store that keeps some, whoever made it.
func TestMessagesOfTheStore(t *testing.T) {
	t.Parallel()
	maildir, err := store.NewMaildir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		store             store.Store
		messages, evicted int
	}{
		"the default":  {nil, 3, 0},
		"one's own":    {&store.Memory{MaxMessages: 2}, 2, 1},
		"wrapped":      {wrapped{&store.Memory{MaxMessages: 1}}, 1, 2},
		"on the disk":  {maildir, 0, 0},
		"not anywhere": {new(store.Discard), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, func(c *fakemx.Config) { c.Store = tt.store })
			c := dial(t, s)
			c.ehlo()
			for range 3 {
				c.begin()
				c.say("DATA", 354)
				c.say("x\r\n.", 250)
			}
			c.quit()
			if n := len(s.Messages()); n != tt.messages || s.Evicted().Messages != tt.evicted {
				t.Errorf("%d messages, evicted %+v, want %d and %d", n, s.Evicted(), tt.messages, tt.evicted)
			}
		})
	}
}
