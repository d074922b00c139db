package certgen

import (
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// word is the form of the names of certificates and trust sets: they name files.
var word = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// Validate reports everything in r that [Build] cannot use, as [FieldError]
// values joined by [errors.Join]; nil if there is nothing. A field with a
// placeholder is checked by Build, once its values are known.
func (r Recipe) Validate() error {
	var f faults
	if len(r.Certificates) == 0 {
		f.addf("certificates", "is empty; describe at least the leaf")
		return f.err()
	}
	for _, name := range slices.Sorted(maps.Keys(r.Certificates)) {
		r.checkCertificate(&f, name)
	}
	r.checkCycles(&f, "issuer", func(c *Certificate) string { return c.Issuer })
	r.checkCycles(&f, "key_of", func(c *Certificate) string { return c.KeyOf })
	r.checkCycles(&f, "subject_of", func(c *Certificate) string { return c.SubjectOf })
	r.checkUse(&f)
	if len(f) == 0 {
		// What depends on other certificates makes sense only now.
		for _, name := range slices.Sorted(maps.Keys(r.Certificates)) {
			r.checkSignature(&f, name)
		}
	}
	return f.err()
}

// checkUse checks what is sent, trusted and exported.
func (r Recipe) checkUse(f *faults) {
	r.checkNames(f, "send", r.Send)
	r.checkName(f, "key", r.Key)
	r.checkName(f, "client", r.Client)
	if len(r.Send) == 0 && r.Key == "" {
		f.addf("key", "is required, since send is empty: name the certificate whose key signs the handshake")
	}
	r.checkNames(f, "trust", r.Trust)
	r.checkCRLs(f)
	for _, set := range slices.Sorted(maps.Keys(r.TrustSets)) {
		path := "trust_sets." + set
		if !word.MatchString(set) {
			f.addf(path, "is not a valid name; use lower-case letters, digits, - and _")
		}
		r.checkNames(f, path, r.TrustSets[set])
	}
}

// checkCRLs checks what is said of revocation lists.
func (r Recipe) checkCRLs(f *faults) {
	for _, issuer := range slices.Sorted(maps.Keys(r.CRLs)) {
		list, path := r.CRLs[issuer], "crls."+issuer
		r.checkName(f, path, issuer)
		if list == nil {
			f.addf(path, "is empty; leave it out for a valid revocation list")
			continue
		}
		r.checkName(f, path+".signed_by", list.SignedBy)
		if _, _, err := (StatusOptions{ThisUpdate: list.ThisUpdate, NextUpdate: list.NextUpdate}).window(); err != nil {
			f.addf(path+".next_update", "is not later than this_update (defaults: one hour before and one day after)")
		}
	}
}

// checkNames checks that every element names a certificate.
func (r Recipe) checkNames(f *faults, path string, names []string) {
	for i, name := range names {
		element := fmt.Sprintf("%s[%d]", path, i)
		if name == "" {
			f.addf(element, "is empty; name a certificate: %s", listed(r.Certificates))
			continue
		}
		r.checkName(f, element, name)
	}
}

// checkName checks that a name, unless it is empty, is that of a certificate.
func (r Recipe) checkName(f *faults, path, name string) {
	if _, ok := r.Certificates[name]; name != "" && !ok {
		f.addf(path, "%q is not a certificate of the recipe: %s", name, listed(r.Certificates))
	}
}

// checkCycles reports every certificate that comes back to itself by next.
func (r Recipe) checkCycles(f *faults, field string, next func(*Certificate) string) {
	for _, start := range slices.Sorted(maps.Keys(r.Certificates)) {
		way := []string{start}
		for c := r.Certificates[start]; c != nil && len(way) <= len(r.Certificates); {
			name := next(c)
			way = append(way, name)
			if name == start {
				f.addf("certificates."+start+"."+field, "forms a cycle: %s; leave it out in one of them", strings.Join(way, " -> "))
				break
			}
			c = r.Certificates[name]
		}
	}
}

// checkCertificate checks one certificate apart from its signature.
func (r Recipe) checkCertificate(f *faults, name string) {
	c, path := r.Certificates[name], "certificates."+name
	if !word.MatchString(name) {
		f.addf(path, "is not a valid name; use lower-case letters, digits, - and _")
	}
	if c == nil {
		f.addf(path, "is empty; write {} for a valid self-signed certificate")
		return
	}
	path += "."
	r.checkName(f, path+"issuer", c.Issuer)
	r.checkName(f, path+"signed_by", c.SignedBy)
	r.checkName(f, path+"subject_of", c.SubjectOf)
	r.checkName(f, path+"key_of", c.KeyOf)
	if c.SubjectOf != "" && c.Subject != (Subject{}) {
		f.addf(path+"subject_of", "cannot be combined with subject")
	}
	c.checkKey(f, path)
	c.checkTimes(f, path)
	c.checkTexts(f, path)
	c.checkExtensions(f, path)
	if v := c.Version; v != 0 && v != 1 && v != 3 {
		f.addf(path+"version", "%d is not a supported X.509 version; use 1 or 3", v)
	}
}

// checkKey checks the kind of key and the hash.
func (c *Certificate) checkKey(f *faults, path string) {
	if c.KeyOf != "" && c.Key != "" {
		f.addf(path+"key_of", "cannot be combined with key")
	}
	if _, ok := keyKinds[c.Key]; c.Key != "" && !ok {
		f.addf(path+"key", "%q is not a kind of key: %s", c.Key, listed(keyKinds))
	}
	if _, ok := hashes[c.Hash]; c.Hash != "" && !ok {
		f.addf(path+"hash", "%q is not a hash: %s", c.Hash, listed(hashes))
	}
}

// checkTimes checks that there is a time at which c is valid.
func (c *Certificate) checkTimes(f *faults, path string) {
	if notBefore, notAfter := c.validity(); notAfter <= notBefore {
		f.addf(path+"not_after", "is not later than not_before (defaults: one hour before and seven days after)")
	}
}

// checkTexts checks the names and URLs that hold no placeholder.
func (c *Certificate) checkTexts(f *faults, path string) {
	for _, field := range c.textFields() {
		for i, text := range *field.list {
			if placeholder.MatchString(text) {
				continue
			}
			if reason := checkText(field.name, text); reason != "" {
				f.addf(fmt.Sprintf("%s%s[%d]", path, field.name, i), "%s", reason)
			}
		}
	}
	for _, a := range c.Subject.attributes() {
		if !utf8.ValidString(*a.value) {
			f.addf(path+"subject."+a.name, "%q is not UTF-8", *a.value)
		}
	}
}

// checkText returns what is wrong with one element of a text field.
func checkText(field, text string) string {
	switch field {
	case "ip_addresses":
		if a, err := netip.ParseAddr(text); err != nil || a.Zone() != "" {
			return fmt.Sprintf("%q is not an IP address", text)
		}
	case "name_constraints.permitted_ips", "name_constraints.excluded_ips":
		if _, err := netip.ParsePrefix(text); err != nil {
			return fmt.Sprintf("%q is not a range of IP addresses such as 127.0.0.0/8", text)
		}
	default:
		if strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) {
			return fmt.Sprintf("%q contains a byte above 0x7f; write the name in ASCII (xn--…)", text)
		}
	}
	return ""
}

// checkExtensions checks everything that becomes an extension.
func (c *Certificate) checkExtensions(f *faults, path string) {
	if n := c.PathLength; n != nil && (!c.CA || *n < 0) {
		f.addf(path+"path_length", "requires ca: true and must not be negative")
	}
	for i, usage := range c.KeyUsages {
		if _, ok := keyUsages[usage]; !ok {
			f.addf(fmt.Sprintf("%skey_usages[%d]", path, i), "%q is not a key usage: %s", usage, listed(keyUsages))
		}
	}
	for i, usage := range c.ExtendedKeyUsages {
		if _, ok := extendedKeyUsages[usage]; !ok {
			f.addf(fmt.Sprintf("%sextended_key_usages[%d]", path, i), "%q is not an extended key usage: %s", usage, listed(extendedKeyUsages))
		}
	}
	for i, e := range c.Extensions {
		e.check(f, fmt.Sprintf("%sextensions[%d]", path, i))
	}
	checkExtensionNames(f, path+"omit", c.Omit, omittable)
	checkExtensionNames(f, path+"not_critical", c.NotCritical, critical)
}

// check checks one extension.
func (e Extension) check(f *faults, path string) {
	if _, err := parseOID(e.OID); err != nil {
		f.addf(path+".oid", "%v", err)
	}
	switch value, err := hex.DecodeString(e.Value); {
	case err != nil:
		f.addf(path+".value", "%q is not an even number of hexadecimal digits, such as 0500", e.Value)
	case len(value) > maxExtension:
		f.addf(path+".value", "has %d bytes, expected at most %d", len(value), maxExtension)
	case e.Value != "" && e.Size != 0:
		f.addf(path+".value", "cannot be combined with size")
	}
	if e.Size < 0 || e.Size > maxExtension {
		f.addf(path+".size", "%d is not between 0 and %d bytes", e.Size, maxExtension)
	}
}

// checkExtensionNames checks names of extensions against those that are known.
func checkExtensionNames(f *faults, path string, names, known []string) {
	for i, name := range names {
		if !slices.Contains(known, name) {
			f.addf(fmt.Sprintf("%s[%d]", path, i), "%q is not one of %s", name, strings.Join(known, ", "))
		}
	}
}

// checkSignature checks that the signer's key can sign with the hash.
func (r Recipe) checkSignature(f *faults, name string) {
	c, field := r.Certificates[name], "hash"
	if c.PSS {
		field = "pss"
	}
	if _, err := c.algorithm(r.keyKind(r.signer(name))); err != nil {
		f.addf("certificates."+name+"."+field, "%v", err)
	}
}
