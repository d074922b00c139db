package auth

import (
	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// scramIterations is the least that RFC 7677 section 4 allows. There is nothing
// here that more would protect.
const scramIterations = 4096

// scramServer is SCRAM (RFC 5802) without channel binding.
type scramServer struct {
	exchange     *exchange
	conversation *scram.ServerConversation
}

func newSCRAM(hash scram.HashGeneratorFcn) func(*exchange) sasl.Server {
	return func(e *exchange) sasl.Server {
		server, err := hash.NewServer(func(identity string) (scram.StoredCredentials, error) {
			return e.storedCredentials(hash, identity)
		})
		if err != nil {
			return refuser{err}
		}
		server.WithNonceGenerator(e.options.random)
		return &scramServer{exchange: e, conversation: server.NewConversation()}
	}
}

// storedCredentials is what a server that has no passwords would have stored.
func (e *exchange) storedCredentials(hash scram.HashGeneratorFcn, identity string) (scram.StoredCredentials, error) {
	password, known := e.options.Users[identity]
	if !known {
		return scram.StoredCredentials{}, errRefused
	}
	client, err := hash.NewClient(identity, password, "")
	if err != nil { // what SASLprep forbids is taken as it stands
		client, err = hash.NewClientUnprepped(identity, password, "")
	}
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: e.options.random(), Iters: scramIterations})
}

func (s *scramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte{}, false, nil
	case s.conversation.Valid(): // this answers the server's final message
		if len(response) > 0 {
			return nil, false, sasl.ErrUnexpectedClientResponse
		}
		return nil, true, nil
	}
	message, err := s.conversation.Step(string(response))
	s.exchange.identify(s.conversation.Username())
	if err != nil {
		return nil, false, err
	}
	if err := s.exchange.options.authorize(s.conversation.AuthzID(), s.conversation.Username()); err != nil {
		return nil, false, err
	}
	return []byte(message), false, nil
}

// refuser is a server that cannot begin.
type refuser struct{ err error }

func (r refuser) Next([]byte) ([]byte, bool, error) { return nil, false, r.err }
