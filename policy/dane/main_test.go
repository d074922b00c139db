package dane_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees that no goroutine is left behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
