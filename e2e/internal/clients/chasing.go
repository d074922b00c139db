package clients

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Bounds of a chase.
const (
	maxIssuers = 3
	maxIssuer  = 64 << 10 // octets of a certificate
)

// chase has a configuration fetch the issuers that the peer's chain lacks, from
// where the certificates say they are.
func chase(ctx context.Context, config *tls.Config) {
	config.InsecureSkipVerify = true // VerifyConnection verifies instead
	config.VerifyConnection = func(state tls.ConnectionState) error {
		options := x509.VerifyOptions{
			Roots: config.RootCAs, DNSName: state.ServerName, Intermediates: x509.NewCertPool(),
		}
		for _, sent := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(sent)
		}
		last := state.PeerCertificates[0]
		for range maxIssuers {
			_, err := state.PeerCertificates[0].Verify(options)
			if !errors.As(err, new(x509.UnknownAuthorityError)) || len(last.IssuingCertificateURL) == 0 {
				return err
			}
			if last, err = fetchIssuer(ctx, last.IssuingCertificateURL[0]); err != nil {
				return err
			}
			options.Intermediates.AddCert(last)
		}
		return fmt.Errorf("no root after %d issuers", maxIssuers)
	}
}

// fetchIssuer fetches a certificate in DER form.
func fetchIssuer(ctx context.Context, url string) (*x509.Certificate, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	der, err := io.ReadAll(io.LimitReader(response.Body, maxIssuer))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}
