package mail

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"

	"picus/account"
	"picus/internal/lang"
)

// copyFor returns the mail about a post for one recipient, signed. Copies differ in
// the address that a reply goes to and in the way to unsubscribe.
func (g *Gateway) copyFor(row outgoing, b *bulletin) ([]byte, error) {
	personal, err := writeFields(g.personalFields(row, b))
	if err != nil {
		return nil, err
	}
	entity, err := g.bodyFor(lang.Match(row.to.Lang), b, g.aloneAddress(row, b))
	if err != nil {
		return nil, err
	}
	return g.signCopy(b, personal, entity)
}

// personalFields are those of one recipient. The key of the reply address was read
// with the row, so a fan-out needs no query for each.
func (g *Gateway) personalFields(row outgoing, b *bulletin) []field {
	token := g.unsubscribeToken(row.to.ID, b.space.ID)
	unsubscribe := "<" + g.conf.BaseURL + "/unsubscribe/" + token + ">"
	if b.space.List != "" {
		unsubscribe += ", <mailto:" + g.listAddress(b, "unsubscribe") + "?subject=unsubscribe%20" + token + ">"
	}
	fields := []field{
		{"List-Unsubscribe", unsubscribe},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}, // RFC 8058
	}
	if b.space.List == "" || b.came != nil {
		return fields // there is no thread to answer in, or it may be signed that there is no Reply-To
	}
	reply := g.address("reply+" + account.ReplyToken(row.to.ID, row.replyKey, b.root, row.created))
	return append([]field{{"Reply-To", mailbox("", reply)}}, fields...)
}

// sharedFields are those that every copy has (RFC 2369, 2919 and 5064). The sender is
// the list with the author's name: the author's own address is nobody's business
// (SECURITY.md, Z-7), and no server would believe that it writes from here.
func (g *Gateway) sharedFields(b *bulletin) []field {
	fields := []field{
		{"From", mailbox(b.author, g.listAddress(b, ""))},
		{"To", mailbox(b.space.Title, g.listAddress(b, ""))},
		{"Subject", encodeText(b.subject())},
		{"Date", b.created.Format(time.RFC1123Z)},
		{"Message-ID", "<" + b.mid + ">"},
	}
	if n := len(b.parents); n > 0 {
		fields = append(fields,
			field{"In-Reply-To", "<" + b.parents[n-1] + ">"},
			field{"References", "<" + strings.Join(b.parents, "> <") + ">"})
	}
	fields = append(fields, g.archiveFields(b)...)
	if len(b.tags) > 0 {
		fields = append(fields, field{"Keywords", keywords(b.tags)})
	}
	return append(fields, g.listFields(b)...)
}

// archiveFields say which list a mail comes from and where it can be read, and keep
// robots from answering it.
func (g *Gateway) archiveFields(b *bulletin) []field {
	return []field{
		{"List-Id", mailbox(b.space.Title, g.listName(b))},
		{"Archived-At", "<" + g.url(b) + ">"},
		{"Precedence", "list"},
		{"X-Auto-Response-Suppress", "All"},
		{"Comments", strings.Join(append(b.standingLine(lang.English), b.replies(lang.English)...), " ")}, // where the text is the author's, and ends as it did
	}
}

// listFields tell a mail program what the list's addresses are for.
func (g *Gateway) listFields(b *bulletin) []field {
	if b.space.List == "" {
		return nil
	}
	mailto := func(command string) string { return "<mailto:" + g.listAddress(b, command) + ">" }
	post := mailto("")
	if !b.open() {
		post = "NO" // RFC 2369, section 3.4
	}
	return []field{
		{"List-Post", post},
		{"List-Help", mailto("help")},
		{"List-Subscribe", mailto("subscribe")},
		{"List-Owner", mailto("owner")},
		{"List-Archive", "<" + g.conf.BaseURL + "/b/" + b.space.Slug + ">"},
	}
}

// listAddress returns the address of a list, or the one of a command to it.
func (g *Gateway) listAddress(b *bulletin, command string) string {
	switch {
	case b.space.List == "":
		return g.address("no-reply")
	case command != "":
		return g.address(b.space.List + "+" + command)
	}
	return g.address(b.space.List)
}

// listName is what List-Id says: the list's address with a dot, so that our own mail
// is known when it comes back. The wiki and a blog have no list, but a name.
func (g *Gateway) listName(b *bulletin) string {
	if b.space.List == "" {
		return b.space.Kind + "." + b.space.Slug + "." + g.domain()
	}
	return b.space.List + "." + g.domain()
}

// open reports whether every member may answer by mail.
func (b *bulletin) open() bool { return b.space.List != "" && b.space.MayPost < 2 }

func keywords(tags []string) string {
	words := make([]string, len(tags))
	for i, tag := range tags {
		words[i] = phrase(tag)
	}
	return strings.Join(words, ", ")
}

// aloneAddress returns the address by which one recipient answers the author in private;
// "" where the author takes no such mail, has written from an address of their own that
// the mail shows, or is the recipient. Where one signature is shared by all copies
// (Config.DKIMShared) so is the text, and the page about the author has to do.
func (g *Gateway) aloneAddress(row outgoing, b *bulletin) string {
	if !b.private || b.came != nil || b.authorID == row.to.ID || g.conf.DKIMShared {
		return ""
	}
	return g.privateAddress(account.PrivateToken(row.to.ID, row.replyKey, b.authorID, b.epoch, row.created))
}

// bodyFor returns the text and the HTML of a post, with its footer in a language; or
// what its author sent, as it came. Alone is the recipient's private address of the author.
func (g *Gateway) bodyFor(l lang.Lang, b *bulletin, alone string) ([]byte, error) {
	if b.came != nil {
		l = "" // it is in the language that it is in
	}
	if alone != "" && b.came == nil {
		return g.ownBody(l, b, alone)
	}
	if body, ok := b.bodies[l]; ok {
		return body, nil
	}
	if b.came != nil {
		b.bodies[l] = append([]byte("\r\n"), b.came.body...)
		return b.bodies[l], nil
	}
	body, err := bothParts(g.boundary(b), g.bodyParts(l, b, "")...)
	b.bodies[l] = body
	return body, err
}

// ownBody is bodyFor with a line that this recipient's copy alone has. All else is
// written once for all.
func (g *Gateway) ownBody(l lang.Lang, b *bulletin, alone string) ([]byte, error) {
	line := b.aloneLine(l, alone)
	f, ok := b.frames[l]
	if !ok {
		var err error
		if f, err = newFrame(g.boundary(b), g.accounts.Sign("frame", b.mid), line, func(line string) []part { return g.bodyParts(l, b, line) }); err != nil {
			return nil, err
		}
		b.frames[l] = f
	}
	if f == nil {
		return bothParts(g.boundary(b), g.bodyParts(l, b, line)...)
	}
	return f.with(line)
}

// boundary is always the same for the same post.
func (g *Gateway) boundary(b *bulletin) string { return "picus-" + g.accounts.Sign("boundary", b.mid) }

// bodyParts returns the text and the page of a mail about a post. Line is the one of the
// footer that differs from copy to copy, if any.
func (g *Gateway) bodyParts(l lang.Lang, b *bulletin, line string) []part {
	footer := g.footer(l, b, line)
	if b.light == "" {
		b.light = lightHTML(g.conf.BaseURL, b.html) + pollHTML(b.poll)
	}
	var page strings.Builder
	fmt.Fprintf(&page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><title>%s</title></head>\n<body>\n<div lang=\"\">\n%s\n</div>\n<hr>\n<p>",
		l, html.EscapeString(b.title), b.light)
	for i, line := range footer {
		if i > 0 {
			page.WriteString("<br>\n")
		}
		page.WriteString(html.EscapeString(line))
	}
	page.WriteString("</p>\n</body>\n</html>\n")
	text := strings.TrimRight(b.source, "\n") + pollText(b.poll) + "\n\n-- \n" + strings.Join(footer, "\n") + "\n"
	return []part{newPart("text/plain", text), newPart("text/html", page.String())}
}

// footer holds no personal link: it would be quoted and then pressed by somebody else.
// The personal one is in the header. The private address is good for its one owner alone,
// who has to prove to be that, so that it may be quoted.
//
// Alone is the line that says how, "" where there is none.
func (g *Gateway) footer(l lang.Lang, b *bulletin, alone string) []string {
	lines := []string{g.url(b)}
	if !g.conf.DKIMShared {
		lines = append(lines, b.standingLine(l)...) // what changes while a mail goes out would be signed anew
	}
	if b.open() {
		lines = append(lines, b.replies(l)...)
	}
	if alone == "" && b.private && b.came == nil && g.conf.DKIMShared {
		alone = b.aloneLine(l, g.conf.BaseURL+"/u/"+url.PathEscape(b.handle)+"/private")
	}
	if alone != "" {
		lines = append(lines, alone)
	}
	lines = append(lines, l.T("Fewer mails, or none: %s", g.conf.BaseURL+"/settings/mail"))
	if b.notice != "" {
		lines = append(lines, strings.Split(b.notice, "\n")...)
	}
	return lines
}

// aloneLine says how to answer the author and nobody else.
func (b *bulletin) aloneLine(l lang.Lang, address string) string {
	return l.T("Answer %s alone: %s", withoutAddresses(oneLine(b.author)), address)
}
