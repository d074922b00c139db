package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/internal/cli/printing"
)

// TestInterrupts sends this process the signals that end a run.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	ctx, killed, stop := interrupts()
	defer stop()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for _, ended := range []<-chan struct{}{ctx.Done(), killed} {
		select {
		case <-ended:
			t.Fatal("it ended before the signal")
		default:
		}
		if err := self.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-ended
	}
}

// TestUnreadRecordsAreComplainedOf stands still as the reader of --json right
// after the ready event, and asks twice for the end.
func TestUnreadRecordsAreComplainedOf(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	defer func() { _ = stdout.Close() }()
	killed := make(chan struct{})
	var stderr bytes.Buffer
	a := &app{Printer: printing.Printer{Out: w, Err: &stderr}, killed: killed, grace: time.Hour}
	code := make(chan int)
	go func() { code <- a.run(ctx, []string{"-s", "healthy", "-l", "127.0.0.1:0", "--json"}) }()
	addr := readAddr(t, stdout)
	for range 2 {
		quit(t, addr)
	}
	cancel()
	close(killed)
	if got := <-code; got != exitError {
		t.Errorf("exit code %d, want %d", got, exitError)
	}
	if want := "fakemx: 2 session records were not written: nobody read them in time\n"; stderr.String() != want {
		t.Errorf("standard error %q, want %q", &stderr, want)
	}
}

func readAddr(t *testing.T, r io.Reader) string {
	t.Helper()
	line, err := bufio.NewReaderSize(r, 16).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var event ready
	if err := json.Unmarshal([]byte(line), &event); err != nil {
		t.Fatal(err)
	}
	return event.Addr
}

// quit holds a session that does nothing, to its end.
func quit(t *testing.T, addr string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.Copy(conn, strings.NewReader("QUIT\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
}
