package certgen

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"software.sslmate.com/src/go-pkcs12"
)

// TrustStorePassword is the password of [Files.PKCS12], which is the default of
// Java tools.
const TrustStorePassword = pkcs12.DefaultPassword

// Files are the paths of the files that [PKI.Write] has written. All
// certificates are in PEM form.
type Files struct {
	// Chain holds everything that the peer sends, its own certificate first, as
	// in certbot's fullchain.pem. It is empty if the peer sends nothing.
	Chain string `json:"chain_file"`
	// Certificate holds only the first certificate of Chain. It is "" if the
	// peer sends nothing.
	Certificate string `json:"cert_file,omitempty"`
	// Key holds the key that signs the handshake, in PKCS #8 form.
	Key string `json:"key_file"`
	// AlternateChain holds the other chain that the peer sends in some
	// sessions, AlternateCertificate only its first certificate, and
	// AlternateKey the key of that certificate. They are "" if the peer has no
	// such chain.
	AlternateChain       string `json:"alternate_chain_file,omitempty"`
	AlternateCertificate string `json:"alternate_cert_file,omitempty"`
	AlternateKey         string `json:"alternate_key_file,omitempty"`
	// CA is the bundle of trust anchors.
	CA string `json:"ca_file"`
	// CASets are the bundles of the recipe's trust sets, by name.
	CASets map[string]string `json:"ca_files,omitempty"`
	// CADir is a directory that holds each trust anchor in a separate file,
	// with the name by which OpenSSL looks it up.
	CADir string `json:"ca_dir"`
	// PKCS12 holds the trust anchors for Java. Its password is
	// [TrustStorePassword].
	PKCS12 string `json:"p12_file"`
	// ClientChain and ClientKey are for a client. They are "" if the recipe
	// names no client certificate.
	ClientChain string `json:"client_chain_file,omitempty"`
	ClientKey   string `json:"client_key_file,omitempty"`
	// CRL holds the revocation lists of all issuers of what the peer sends, in
	// PEM form. They are valid for a week unless the recipe says otherwise. It
	// is "" if the recipe revokes nothing and describes no list.
	CRL string `json:"crl_file,omitempty"`
	// OCSP holds the response about the peer's certificate, in DER form, which
	// can be stapled. It is valid for a week. It is "" if the recipe revokes
	// nothing or the certificate names no responder.
	OCSP string `json:"ocsp_file,omitempty"`
}

// Write writes the PKI to files in a directory, which it creates with mode 0700
// if it does not exist. Keys have mode 0600. Each file of an earlier Write is
// replaced atomically; if Write fails before that, the files stay as they are.
// alternate names the certificates of the chain that the peer sends in some
// sessions, if there is one.
func (p *PKI) Write(dir string, alternate ...string) (files Files, err error) {
	if len(p.issued) == 0 {
		return Files{}, errors.New("the PKI is empty; certgen.Build makes one")
	}
	s, err := newStage(dir)
	if err != nil {
		return Files{}, err
	}
	defer func() { err = errors.Join(err, s.discard()) }()
	w := &writer{pki: p, stage: s}
	w.server()
	w.alternate(alternate)
	w.trust()
	w.client()
	w.revocation()
	if w.err != nil {
		return Files{}, w.err
	}
	if err := s.commit(); err != nil {
		return Files{}, err
	}
	return w.files, w.removeStale()
}

// A writer stages the files of a PKI until something fails.
type writer struct {
	pki   *PKI
	stage *stage
	files Files
	err   error
}

// put stages a file unless something failed before.
func (w *writer) put(path *string, name string, data []byte, mode fs.FileMode) {
	if w.err == nil {
		*path, w.err = w.stage.file(name, data, mode)
	}
}

// fail keeps the first error.
func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// server stages what the peer sends and its key.
func (w *writer) server() {
	w.put(&w.files.Chain, "chain.pem", w.pki.ChainPEM(), modePublic)
	w.put(&w.files.Key, "key.pem", w.pki.KeyPEM(), modeSecret)
	if chain := w.pki.Chain(); len(chain) > 0 {
		w.put(&w.files.Certificate, "cert.pem", certificatesPEM(chain[:1]), modePublic)
	}
}

// alternate stages the other chain that the peer has, and its key.
func (w *writer) alternate(names []string) {
	if len(names) == 0 {
		return
	}
	chain, err := w.pki.TLSCertificateOf(names...)
	if err != nil {
		w.fail(err)
		return
	}
	w.put(&w.files.AlternateChain, "alternate-chain.pem", certificatesPEM(chain.Certificate), modePublic)
	w.put(&w.files.AlternateCertificate, "alternate-cert.pem", certificatesPEM(chain.Certificate[:1]), modePublic)
	w.put(&w.files.AlternateKey, "alternate-key.pem", w.pki.issued[names[0]].KeyPEM(), modeSecret)
}

// trust stages the trust anchors in all forms.
func (w *writer) trust() {
	w.put(&w.files.CA, "ca.pem", w.pki.CAPEM(), modePublic)
	sets := w.pki.recipe.TrustSets
	for _, set := range slices.Sorted(maps.Keys(sets)) {
		if w.files.CASets == nil {
			w.files.CASets = make(map[string]string)
		}
		var path string
		w.put(&path, "ca-"+set+".pem", certificatesPEM(w.pki.ders(sets[set])), modePublic)
		w.files.CASets[set] = path
	}
	anchors := w.pki.trusted()
	store, err := trustStore(anchors)
	w.fail(err)
	w.put(&w.files.PKCS12, "ca.p12", store, modePublic)
	hashed, err := hashed(anchors)
	w.fail(err)
	if w.err == nil {
		w.files.CADir, w.err = w.stage.folder("ca", hashed, modePublic)
	}
}

// client stages the client's certificate and key.
func (w *writer) client() {
	name := w.pki.recipe.Client
	if name == "" {
		return
	}
	w.put(&w.files.ClientChain, "client.pem", certificatesPEM(w.pki.ders(w.pki.clientChain())), modePublic)
	w.put(&w.files.ClientKey, "client-key.pem", w.pki.issued[name].KeyPEM(), modeSecret)
}

// revocation stages what the issuers say.
func (w *writer) revocation() {
	if len(w.pki.recipe.Revoked)+len(w.pki.recipe.CRLs) > 0 {
		w.lists()
	}
	if len(w.pki.recipe.Revoked)*len(w.pki.recipe.Send) > 0 {
		w.response(w.pki.recipe.Send[0])
	}
}

// lists stages the CRLs. An issuer that can make none, as with a key of 512
// bits, has none.
func (w *writer) lists() {
	var lists bytes.Buffer
	for _, issuer := range w.pki.sentIssuers() {
		o := w.pki.forAWeek(w.pki.describedCRL(issuer).SignedBy)
		if list := w.pki.recipe.CRLs[issuer]; list != nil && list.NextUpdate != 0 {
			o.NextUpdate = 0 // the recipe's
		}
		der, err := w.pki.CRL(issuer, CRLOptions{StatusOptions: o, Revoked: w.pki.revokedBy(issuer)})
		if err == nil {
			lists.Write(pem.EncodeToMemory(&pem.Block{Type: pemCRL, Bytes: der}))
		}
	}
	w.put(&w.files.CRL, "crl.pem", lists.Bytes(), modePublic)
}

// response stages the OCSP response about a certificate that names a responder.
func (w *writer) response(name string) {
	if len(w.pki.recipe.Certificates[name].OCSPURLs) == 0 {
		return
	}
	status := StatusGood
	if slices.Contains(w.pki.recipe.Revoked, name) {
		status = StatusRevoked
	}
	der, err := w.pki.OCSP(name, status, OCSPOptions{StatusOptions: w.pki.forAWeek(w.pki.recipe.issuer(name))})
	if err == nil {
		w.put(&w.files.OCSP, "ocsp.der", der, modePublic)
	}
}

// sentIssuers names those who issued what the peer sends, in its order.
func (p *PKI) sentIssuers() []string {
	var issuers []string
	for _, name := range p.recipe.Send {
		if issuer := p.recipe.issuer(name); !slices.Contains(issuers, issuer) {
			issuers = append(issuers, issuer)
		}
	}
	return issuers
}

// forAWeek is the time of what is said in a file and signed by that certificate.
// An authority whose key is not here has said it already.
func (p *PKI) forAWeek(signer string) StatusOptions {
	if p.issued[signer].Key == nil {
		return StatusOptions{}
	}
	return StatusOptions{Now: p.now, NextUpdate: Days(7)}
}

// removeStale removes files of an earlier Write that this PKI does not have.
func (w *writer) removeStale() error {
	var errs []error
	for name, path := range map[string]string{
		"cert.pem":            w.files.Certificate,
		"alternate-chain.pem": w.files.AlternateChain,
		"alternate-cert.pem":  w.files.AlternateCertificate,
		"alternate-key.pem":   w.files.AlternateKey,
		"client.pem":          w.files.ClientChain,
		"client-key.pem":      w.files.ClientKey,
		"crl.pem":             w.files.CRL,
		"ocsp.der":            w.files.OCSP,
	} {
		if path == "" {
			errs = append(errs, w.stage.remove(name))
		}
	}
	return errors.Join(errs...)
}

// trusted returns the trust anchors.
func (p *PKI) trusted() []*Issued {
	var list []*Issued
	for _, name := range p.recipe.Trust {
		list = append(list, p.issued[name])
	}
	return list
}

// hashed returns trust anchors by their names in a hashed directory: the
// subject's hash and a number that tells equal ones apart.
func hashed(anchors []*Issued) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for _, c := range anchors {
		hash, err := subjectHash(c.tbs.Subject.FullBytes)
		if err != nil {
			return nil, err
		}
		file, number := "", 0
		for taken := true; taken; number++ {
			file = fmt.Sprintf("%s.%d", hash, number)
			_, taken = files[file]
		}
		files[file] = c.PEM()
	}
	return files, nil
}

// trustStore returns trust anchors as PKCS #12 (RFC 7292).
func trustStore(anchors []*Issued) ([]byte, error) {
	var entries []pkcs12.TrustStoreEntry
	for _, c := range anchors {
		// The library takes nothing but the DER form, which is there even
		// where crypto/x509 cannot read the certificate.
		entries = append(entries, pkcs12.TrustStoreEntry{
			Cert:         &x509.Certificate{Raw: c.DER},
			FriendlyName: c.Name,
		})
	}
	return pkcs12.Modern2023.EncodeTrustStoreEntries(entries, TrustStorePassword)
}
