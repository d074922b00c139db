package certgen

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// paths returns the paths of all FieldErrors joined in err.
func paths(err error) []string {
	var out []string
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
		} else if field, ok := errors.AsType[*FieldError](err); ok {
			out = append(out, field.Path)
		}
	}
	walk(err)
	return out
}

func TestValidateNamesTheField(t *testing.T) {
	minus := -1
	for _, c := range []struct {
		name   string
		edit   func(r *Recipe)
		paths  []string
		reason string
	}{
		{"sound", func(*Recipe) {}, nil, ""},
		{"zero value", func(r *Recipe) { *r = Recipe{} }, []string{"certificates"}, "is empty"},
		{"empty description", func(r *Recipe) { r.Certificates["leaf"] = nil }, []string{"certificates.leaf"}, "is empty"},
		{"name that is no file name", func(r *Recipe) { r.Certificates["../x"] = &Certificate{} }, []string{"certificates.../x"}, "is not a valid name"},
		{"unknown issuer", func(r *Recipe) { r.Certificates["leaf"].Issuer = "rot" }, []string{"certificates.leaf.issuer"}, `"rot" is not a certificate of the recipe: intermediate, leaf, root`},
		{"unknown signer", func(r *Recipe) { r.Certificates["leaf"].SignedBy = "x" }, []string{"certificates.leaf.signed_by"}, ""},
		{"unknown key", func(r *Recipe) { r.Certificates["leaf"].KeyOf = "x" }, []string{"certificates.leaf.key_of"}, ""},
		{"unknown subject", func(r *Recipe) {
			r.Certificates["leaf"].Subject, r.Certificates["leaf"].SubjectOf = Subject{}, "x"
		}, []string{"certificates.leaf.subject_of"}, ""},
		{"two subjects", func(r *Recipe) { r.Certificates["leaf"].SubjectOf = "root" }, []string{"certificates.leaf.subject_of"}, "cannot be combined with"},
		{"two keys", func(r *Recipe) {
			r.Certificates["leaf"].KeyOf, r.Certificates["leaf"].Key = "root", RSA2048
		}, []string{"certificates.leaf.key_of"}, "cannot be combined with"},
		{"own issuer", func(r *Recipe) { r.Certificates["leaf"].Issuer = "leaf" }, []string{"certificates.leaf.issuer"}, "leaf -> leaf"},
		{"cycle of issuers", func(r *Recipe) { r.Certificates["root"].Issuer = "intermediate" },
			[]string{"certificates.intermediate.issuer", "certificates.root.issuer"}, "root -> intermediate -> root"},
		{"cycle of keys", func(r *Recipe) {
			r.Certificates["root"].KeyOf, r.Certificates["intermediate"].KeyOf = "intermediate", "root"
		}, []string{"certificates.intermediate.key_of", "certificates.root.key_of"}, ""},
		{"cycle of subjects", func(r *Recipe) {
			r.Certificates["a"] = &Certificate{SubjectOf: "b"}
			r.Certificates["b"] = &Certificate{SubjectOf: "a"}
		}, []string{"certificates.a.subject_of", "certificates.b.subject_of"}, ""},
		{"unknown sent", func(r *Recipe) { r.Send = []string{"leaf", "x"} }, []string{"send[1]"}, ""},
		{"nothing sent", func(r *Recipe) { r.Send = nil }, []string{"key"}, "is required"},
		{"nothing sent, but a key", func(r *Recipe) { r.Send, r.Key = nil, "leaf" }, nil, ""},
		{"unknown signing key", func(r *Recipe) { r.Key = "x" }, []string{"key"}, ""},
		{"unknown client", func(r *Recipe) { r.Client = "x" }, []string{"client"}, ""},
		{"unknown trust", func(r *Recipe) { r.Trust = []string{"", "x"} }, []string{"trust[0]", "trust[1]"}, ""},
		{"unknown in trust set", func(r *Recipe) { r.TrustSets = map[string][]string{"old": {"root", "x"}} }, []string{"trust_sets.old[1]"}, ""},
		{"trust set that is no file name", func(r *Recipe) { r.TrustSets = map[string][]string{"a/b": nil} }, []string{"trust_sets.a/b"}, ""},
		{"unknown kind of key", func(r *Recipe) { r.Certificates["leaf"].Key = "dsa" }, []string{"certificates.leaf.key"}, "ecdsa-p256"},
		{"unknown hash", func(r *Recipe) { r.Certificates["leaf"].Hash = "md4" }, []string{"certificates.leaf.hash"}, "md5, sha1, sha256, sha384, sha512"},
		{"hash that the key cannot", func(r *Recipe) { r.Certificates["leaf"].Hash = MD5 }, []string{"certificates.leaf.hash"}, "cannot be used with the signing key, which is ecdsa-p256"},
		{"hash that the signer cannot", func(r *Recipe) {
			r.Certificates["leaf"].Hash, r.Certificates["leaf"].SignedBy = MD5, "root"
			r.Certificates["intermediate"].Key = RSA2048
		}, []string{"certificates.leaf.hash"}, ""},
		{"hash by ed25519", func(r *Recipe) {
			r.Certificates["leaf"].Hash, r.Certificates["intermediate"].Key = SHA256, Ed25519
		}, []string{"certificates.leaf.hash"}, "has its own hash"},
		{"hash too long", func(r *Recipe) {
			r.Certificates["leaf"].Hash, r.Certificates["intermediate"].Key = SHA384, RSA512
		}, []string{"certificates.leaf.hash"}, "does not fit"},
		{"rsa-512", func(r *Recipe) { r.Certificates["intermediate"].Key = RSA512 }, nil, ""},
		{"never valid", func(r *Recipe) { r.Certificates["leaf"].NotAfter = Days(-1) }, []string{"certificates.leaf.not_after"}, "not later"},
		{"path length of no authority", func(r *Recipe) { r.Certificates["leaf"].PathLength = &zero }, []string{"certificates.leaf.path_length"}, "ca: true"},
		{"path length below zero", func(r *Recipe) { r.Certificates["root"].PathLength = &minus }, []string{"certificates.root.path_length"}, ""},
		{"addresses", func(r *Recipe) {
			r.Certificates["leaf"].IPAddresses = []string{"::1", "localhost", "fe80::1%eth0", "{anything}"}
		}, []string{"certificates.leaf.ip_addresses[1]", "certificates.leaf.ip_addresses[2]"}, `"localhost" is not an IP address`},
		{"ranges", func(r *Recipe) {
			r.Certificates["root"].NameConstraints = &NameConstraints{PermittedIPs: []string{"127.0.0.1"}, ExcludedIPs: []string{"::/0", "x/8"}}
		}, []string{"certificates.root.name_constraints.permitted_ips[0]", "certificates.root.name_constraints.excluded_ips[1]"}, "127.0.0.0/8"},
		{"name beyond ASCII", func(r *Recipe) { r.Certificates["leaf"].DNSNames = []string{"bücher.test"} }, []string{"certificates.leaf.dns_names[0]"}, "xn--"},
		{"octet beyond ASCII", func(r *Recipe) { r.Certificates["leaf"].DNSNames = []string{"\xff.test"} }, []string{"certificates.leaf.dns_names[0]"}, ""},
		{"subject beyond UTF-8", func(r *Recipe) { r.Certificates["leaf"].Subject.CommonName = "\xff" }, []string{"certificates.leaf.subject.common_name"}, "UTF-8"},
		{"NUL", func(r *Recipe) { r.Certificates["leaf"].DNSNames = []string{"a\x00b"} }, nil, ""},
		{"usage", func(r *Recipe) { r.Certificates["leaf"].ExtendedKeyUsages = []string{"serverauth"} }, []string{"certificates.leaf.extended_key_usages[0]"}, "serverAuth"},
		{"extension", func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.2"}, {OID: "1.x"}, {OID: "3.1"}, {OID: "1"}, {OID: "1.2", Size: -1}, {OID: "1.2", Size: 1 << 25}}
		}, []string{
			"certificates.leaf.extensions[1].oid", "certificates.leaf.extensions[2].oid", "certificates.leaf.extensions[3].oid",
			"certificates.leaf.extensions[4].size", "certificates.leaf.extensions[5].size",
		}, ""},
		{"octets of an extension", func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.2", Value: "050"}, {OID: "1.2", Value: "zz"}, {OID: "1.2", Value: "0500", Size: 1}, {OID: "1.2", Value: "0aFF"}}
		}, []string{
			"certificates.leaf.extensions[0].value", "certificates.leaf.extensions[1].value", "certificates.leaf.extensions[2].value",
		}, "hexadecimal digits, such as 0500"},
		{"octets and a size", func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.2", Value: "0500", Size: 1}}
		}, []string{"certificates.leaf.extensions[0].value"}, "cannot be combined with size"},
		{"too many octets", func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.2", Value: strings.Repeat("00", maxExtension+1)}}
		}, []string{"certificates.leaf.extensions[0].value"}, "16777217 bytes"},
		{"key usage", func(r *Recipe) { r.Certificates["leaf"].KeyUsages = []string{"keyCertSign", "crlSign"} },
			[]string{"certificates.leaf.key_usages[1]"}, "cRLSign"},
		{"PSS by a key that is not RSA", func(r *Recipe) { r.Certificates["leaf"].PSS = true }, []string{"certificates.leaf.pss"}, "ecdsa-p256"},
		{"PSS with a hash of old", func(r *Recipe) {
			r.Certificates["intermediate"].Key, r.Certificates["leaf"].PSS, r.Certificates["leaf"].Hash = RSA2048, true, SHA1
		}, []string{"certificates.leaf.pss"}, "cannot be used with sha1"},
		{"PSS that does not fit", func(r *Recipe) {
			r.Certificates["intermediate"].Key, r.Certificates["leaf"].PSS, r.Certificates["leaf"].Hash = RSA1024, true, SHA512
		}, []string{"certificates.leaf.pss"}, "does not fit into a signature with rsa-1024"},
		{"CRLs", func(r *Recipe) {
			r.CRLs = map[string]*CRL{
				"x": {}, "root": nil, "intermediate": {SignedBy: "y", NextUpdate: Days(-1)}, "leaf": {ThisUpdate: Days(-9), NextUpdate: Days(-8), SignedBy: "root"},
			}
		}, []string{"crls.intermediate.signed_by", "crls.intermediate.next_update", "crls.root", "crls.x"}, "not later than this_update"},
		{"omit", func(r *Recipe) { r.Certificates["leaf"].Omit = []string{"key_usage", "name_constraints"} }, []string{"certificates.leaf.omit[1]"}, ""},
		{"not critical", func(r *Recipe) { r.Certificates["leaf"].NotCritical = []string{"name_constraints", "x"} }, []string{"certificates.leaf.not_critical[1]"}, ""},
		{"version", func(r *Recipe) { r.Certificates["leaf"].Version = 2 }, []string{"certificates.leaf.version"}, "use 1 or 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			recipe := threeTier()
			c.edit(&recipe)
			err := recipe.Validate()
			if got := paths(err); !slices.Equal(got, c.paths) {
				t.Errorf("faults at %q, want %q: %v", got, c.paths, err)
			}
			if err != nil && !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%v lacks %q", err, c.reason)
			}
			_, buildErr := Build(recipe, Options{Vars: map[string][]string{"{anything}": nil, "{hostname}": nil, "{none}": nil, "{ip}": nil}})
			if (buildErr == nil) != (err == nil) {
				t.Errorf("Validate says %v, Build says %v", err, buildErr)
			}
		})
	}
}

func TestValidateReportsEveryFault(t *testing.T) {
	recipe := threeTier()
	recipe.Certificates["leaf"].Key = "x"
	recipe.Certificates["root"].Hash = "y"
	recipe.Send = []string{"z"}
	want := []string{"certificates.leaf.key", "certificates.root.hash", "send[0]"}
	if got := paths(recipe.Validate()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
