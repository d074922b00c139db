package fakemx

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/emersion/go-smtp"
)

func TestStoreReply(t *testing.T) {
	full, other := smtp.EnhancedCode{4, 3, 1}, smtp.EnhancedCode{4, 3, 0}
	for _, tt := range []struct {
		err  error
		want smtp.EnhancedCode
	}{
		{fmt.Errorf("cannot: %w", syscall.ENOSPC), full},
		{fmt.Errorf("cannot: %w", syscall.EDQUOT), full},
		{syscall.EACCES, other},
		{errors.New("unknown"), other},
	} {
		if got := storeReply(tt.err); got.Code != 452 || got.EnhancedCode != tt.want {
			t.Errorf("%v is answered %d %v, want 452 %v", tt.err, got.Code, got.EnhancedCode, tt.want)
		}
	}
}
