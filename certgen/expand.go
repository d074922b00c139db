package certgen

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// placeholder is what Options.Vars may give values to. Braces round anything
// else are ordinary characters.
var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// A textField is a field of a certificate in which placeholders are replaced.
type textField struct {
	name string
	list *[]string
}

// textFields are the lists of c in which a placeholder makes as many values.
func (c *Certificate) textFields() []textField {
	fields := []textField{
		{"dns_names", &c.DNSNames},
		{"ip_addresses", &c.IPAddresses},
		{"email_addresses", &c.EmailAddresses},
		{"crl_urls", &c.CRLURLs},
		{"ocsp_urls", &c.OCSPURLs},
		{"issuer_urls", &c.IssuerURLs},
	}
	if n := c.NameConstraints; n != nil {
		fields = append(fields,
			textField{"name_constraints.permitted_dns", &n.PermittedDNS},
			textField{"name_constraints.permitted_ips", &n.PermittedIPs},
			textField{"name_constraints.excluded_dns", &n.ExcludedDNS},
			textField{"name_constraints.excluded_ips", &n.ExcludedIPs})
	}
	return fields
}

// attributes are the fields of s, in the order in which they are encoded.
func (s *Subject) attributes() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"country", &s.Country},
		{"organization", &s.Organization},
		{"organizational_unit", &s.OrganizationalUnit},
		{"common_name", &s.CommonName},
	}
}

// expand returns a deep copy of r in which every placeholder is replaced.
func (r Recipe) expand(vars map[string][]string) (Recipe, error) {
	out := r.clone()
	var f faults
	for _, name := range slices.Sorted(maps.Keys(out.Certificates)) {
		c := out.Certificates[name]
		path := "certificates." + name + "."
		for _, field := range c.textFields() {
			expandList(&f, path+field.name, field.list, vars)
		}
		for _, a := range c.Subject.attributes() {
			values, err := expandText(*a.value, vars)
			if err != nil {
				f.addf(path+"subject."+a.name, "%v", err)
			}
			*a.value = strings.Join(values[:min(1, len(values))], "")
		}
	}
	return out, f.err()
}

// expandList replaces the placeholders of a list in place.
func expandList(f *faults, path string, list *[]string, vars map[string][]string) {
	if !slices.ContainsFunc(*list, placeholder.MatchString) {
		return
	}
	var out []string
	for i, text := range *list {
		values, err := expandText(text, vars)
		if err != nil {
			f.addf(fmt.Sprintf("%s[%d]", path, i), "%v", err)
		}
		out = append(out, values...)
	}
	*list = out
}

// expandText returns text once for each value of each of its placeholders.
func expandText(text string, vars map[string][]string) ([]string, error) {
	at := placeholder.FindStringIndex(text)
	if at == nil {
		return []string{text}, nil
	}
	name := text[at[0]:at[1]]
	values, known := vars[name]
	if !known {
		return nil, fmt.Errorf("placeholder %s is unknown; known: %s", name, listed(vars))
	}
	rests, err := expandText(text[at[1]:], vars)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, value := range values {
		for _, rest := range rests {
			out = append(out, text[:at[0]]+value+rest)
		}
	}
	return out, nil
}

// clone returns a deep copy of r.
func (r Recipe) clone() Recipe {
	r.Send = slices.Clone(r.Send)
	r.Trust = slices.Clone(r.Trust)
	r.Revoked = slices.Clone(r.Revoked)
	r.CRLs = maps.Clone(r.CRLs)
	for issuer, list := range r.CRLs {
		r.CRLs[issuer] = new(*list)
	}
	r.TrustSets = maps.Clone(r.TrustSets)
	for name, set := range r.TrustSets {
		r.TrustSets[name] = slices.Clone(set)
	}
	r.Certificates = maps.Clone(r.Certificates)
	for name, c := range r.Certificates {
		r.Certificates[name] = c.clone()
	}
	return r
}

// clone returns a deep copy of c.
func (c *Certificate) clone() *Certificate {
	out := *c
	if c.PathLength != nil {
		n := *c.PathLength
		out.PathLength = &n
	}
	if c.NameConstraints != nil {
		n := *c.NameConstraints
		out.NameConstraints = &n
	}
	for _, field := range out.textFields() {
		*field.list = slices.Clone(*field.list)
	}
	out.KeyUsages = slices.Clone(c.KeyUsages)
	out.ExtendedKeyUsages = slices.Clone(c.ExtendedKeyUsages)
	out.Extensions = slices.Clone(c.Extensions)
	out.Omit = slices.Clone(c.Omit)
	out.NotCritical = slices.Clone(c.NotCritical)
	return &out
}

// listed names the keys of a map for an error message.
func listed[K ~string, V any](m map[K]V) string {
	if len(m) == 0 {
		return "none"
	}
	var names []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
