package maillog

import "strings"

// markups are the tags of HTML that a bounce has between words or within a
// sentence, and the entities that it has for blanks and quotation marks.
var markups = strings.NewReplacer(
	"&nbsp;", " ", "&#160;", " ", "&#39;", "'", "&apos;", "'", "&rsquo;", "'", "&quot;", `"`, "&lt;", "<", "&gt;", ">", "&amp;", "&",
	"<b>", "", "</b>", "", "<i>", "", "</i>", "", "<em>", "", "</em>", "", "<strong>", "", "</strong>", "", "<tt>", "", "</tt>", "",
	"<code>", "", "</code>", "", "<span>", "", "</span>", "", "</font>", "", "</a>", "",
	"<p>", " ", "</p>", " ", "<br>", " ", "<br/>", " ", "<br />", " ", "<li>", " ", "</li>", " ", "<td>", " ", "</td>", " ", "<div>", " ", "</div>", " ",
)

// readAsShown takes off what is in a text only to put it into a page or a
// column. It reports whether there was any.
func (e *entry) readAsShown() bool {
	before := e.text
	e.cutMarkup()
	e.cutPluses()
	return e.text != before
}

// cutMarkup reads HTML as it shows.
func (e *entry) cutMarkup() {
	if strings.Contains(e.text, "</") || strings.Contains(e.text, "<br") || strings.Contains(e.text, "&nbsp;") || strings.Contains(e.text, "&#") {
		e.text = strings.TrimSpace(markups.Replace(e.text))
	}
}

// cutPluses puts blanks where the log of IIS, which parts its columns by
// blanks, has plus signs: in a column that begins with a reply.
func (e *entry) cutPluses() {
	for from := 0; ; {
		at := strings.IndexByte(e.text[from:], '+')
		if at < 0 {
			return
		}
		if at += from; at >= 3 && isReply(e.text[at-3:at]) && (at == 3 || isBlank(e.text[at-4])) {
			column, rest, _ := strings.Cut(e.text[at:], " ")
			e.text = e.text[:at] + strings.ReplaceAll(column, "+", " ") + " " + rest
			return
		}
		from = at + 1
	}
}
