// Package certgen turns a recipe, which is plain data, into keys, certificates,
// the chain that a peer sends and the trust anchors for its clients. It makes
// broken PKIs as easily as valid ones, and knows nothing about SMTP.
//
// # From a recipe to a PKI
//
// A [Recipe] describes certificates by name: the issuer of each, its key, its
// names and its dates. The zero value of every field of a [Certificate] is the
// correct choice for a server certificate, so a recipe states only what
// differs. The recipe also names the certificates that the peer sends, and
// those that clients are given to trust. [Recipe.Validate] reports everything
// in a recipe that cannot be used.
//
// [Build] makes a PKI from a recipe. Texts in a recipe may contain
// placeholders, such as {hostname}, whose values are [Options.Vars]. Dates are
// relative to the time of Build ([Offset]), so a certificate can always have
// expired a week ago.
//
// # Using a PKI
//
// [PKI.TLSCertificate] is for a server, [PKI.Roots] for its clients, and
// [PKI.ClientTLSCertificate] for a client that has a certificate. [PKI.Write]
// writes everything to files: the chain, the key, and the trust anchors as a
// bundle, a hashed directory and a PKCS #12 file for Java. [PKI.CRL] and
// [PKI.OCSP] make revocation lists and OCSP responses as of now.
//
// # Reusing a PKI
//
// [LoadOrBuild] keeps a PKI in a directory, with keys in mode 0600, and reuses
// it as long as it matches the recipe. [SeededKeys] and a fixed [Options.Now]
// make the same PKI again, byte for byte. [Anchors] puts several PKIs under one
// root, so that clients have to trust only one.
//
// Keys are for tests only: nothing but the mode of the files protects them, and
// recipes may make them weak on purpose.
package certgen
