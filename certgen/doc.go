// Package certgen turns a recipe, which is pure data, into keys, certificates,
// what a peer sends and what a client is given to trust. It makes broken PKIs
// as readily as sound ones, and knows nothing of SMTP.
//
// # From a recipe to a PKI
//
// A [Recipe] describes certificates by name: who issued each, whose key it has,
// which names and dates stand in it. The zero value of every field of a
// [Certificate] is the sound choice for the certificate of a server, so that a
// recipe says only what is special. It also names the certificates that the peer
// sends, and those that a client is given to trust. [Recipe.Validate] reports
// everything about a recipe that makes no sense.
//
// [Build] makes a [PKI] of it. Texts of a recipe may hold placeholders, such as
// {hostname}, whose values are [Options.Vars]. Dates are relative to the time of
// Build ([Offset]), so that an expired certificate has always expired a week ago.
//
// # Using it
//
// [PKI.TLSCertificate] is for a server, [PKI.Roots] for its clients, and
// [PKI.ClientTLSCertificate] for a client that has a certificate. [PKI.Write]
// writes all of it as files: the chain, the key, the trust anchors as a bundle, a
// hashed directory and a PKCS #12 file for Java. [PKI.CRL] and [PKI.OCSP] say
// what an authority would say of the certificates today.
//
// # Using it again
//
// [LoadOrBuild] keeps a PKI in a directory, keys with mode 0600, and takes it from
// there as long as it is still what the recipe asks for. [SeededKeys] and a fixed
// [Options.Now] make the same PKI again, octet by octet. [Anchors] lets several
// PKIs stand under one root, which a client is told to trust once.
//
// Keys are for tests: nothing protects them but the mode of the files, and the
// recipes decide what they are good for.
package certgen
