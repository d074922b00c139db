package recordedit

import (
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
)

// Labels of the key log (the NSS format that tls.Config.KeyLogWriter has).
const (
	labelMaster    = "CLIENT_RANDOM"
	labelHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	labelTraffic   = "SERVER_TRAFFIC_SECRET_0"
)

// keyLog keeps the secrets that crypto/tls logs.
type keyLog struct {
	mu      sync.Mutex
	secrets map[string]loggedSecret
}

type loggedSecret struct{ clientRandom, secret []byte }

// Write takes one line, as crypto/tls writes them.
func (k *keyLog) Write(line []byte) (int, error) {
	fields := strings.Fields(string(line))
	if len(fields) != 3 {
		return 0, fmt.Errorf("recordedit: expected a key log line of three fields, got %d", len(fields))
	}
	random, err := hex.DecodeString(fields[1])
	if err != nil {
		return 0, fmt.Errorf("recordedit: key log line: %w", err)
	}
	secret, err := hex.DecodeString(fields[2])
	if err != nil {
		return 0, fmt.Errorf("recordedit: key log line: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.secrets == nil {
		k.secrets = map[string]loggedSecret{}
	}
	k.secrets[fields[0]] = loggedSecret{random, secret}
	return len(line), nil
}

// get returns the secret of a label.
func (k *keyLog) get(label string) (loggedSecret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.secrets[label]
	if !ok {
		return s, fmt.Errorf("recordedit: no %s in the key log: is Config.KeyLogWriter this connection's KeyLog,"+
			" and the handshake no resumed one of TLS 1.2 (set SessionTicketsDisabled)?", label)
	}
	return s, nil
}
