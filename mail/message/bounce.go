package message

import "strings"

// Class says what a bounce means for the address.
type Class string

// The classes of bounces. A policy refusal says nothing against the address: it hits
// members whose sender was refused for DMARC (MAIL.md 2.3).
const (
	Hard    Class = "hard"
	Soft    Class = "soft"
	Policy  Class = "policy"
	Unclear Class = "unknown"
)

// Bounce is what a delivery report tells.
type Bounce struct {
	Recipients []Undelivered `json:"recipients"`
}

// Undelivered is one recipient of a delivery report.
type Undelivered struct {
	Address string `json:"address"`
	Action  string `json:"action"`
	Status  string `json:"status"`
	Class   Class  `json:"class"`
}

// findBounce reads the delivery reports in the tree (RFC 3464), else what servers
// that know no reports write into their header or text.
func (m *Message) findBounce(root *part) *Bounce {
	var found []Undelivered
	seen := map[string]bool{}
	add := func(list []Undelivered) {
		for _, u := range list {
			if u.Address != "" && !seen[u.Address] && len(found) < maxParts {
				seen[u.Address] = true
				found = append(found, u)
			}
		}
	}
	root.each(func(p *part) {
		if p.kind == "message/delivery-status" || p.kind == "message/global-delivery-status" {
			body, _ := transferDecode(p.body, p.header.get("Content-Transfer-Encoding"))
			add(m.report(newlines(string(body))))
		}
	})
	if len(found) == 0 {
		add(m.failedRecipients())
	}
	if len(found) == 0 && m.fromMailer() {
		add(m.reportInText())
	}
	if len(found) == 0 {
		return nil
	}
	return &Bounce{Recipients: found}
}

// each calls f on p and everything below it.
func (p *part) each(f func(*part)) {
	f(p)
	for _, child := range p.children {
		child.each(f)
	}
}

// report reads the per-recipient groups of a delivery-status body.
func (m *Message) report(text string) []Undelivered {
	var found []Undelivered
	for group := range strings.SplitSeq(text, "\n\n") {
		h := readFields(strings.TrimLeft(group, "\n")+"\n", func(string, ...any) {})
		addr := reportAddress(h.get("Original-Recipient"))
		if addr == "" {
			addr = reportAddress(h.get("Final-Recipient"))
		}
		if addr == "" {
			continue
		}
		action, _, _ := strings.Cut(strings.ToLower(h.get("Action")), " ")
		status := findStatus(h.get("Status"))
		if status == "" {
			status = findStatus(h.get("Diagnostic-Code"))
		}
		if action == "" || action == "delivered" || action == "relayed" || action == "expanded" {
			if action != "" || status == "" || status[0] == '2' {
				continue
			}
			action = "failed"
		}
		found = append(found, Undelivered{addr, action, status, classify(action, status)})
	}
	return found
}

// reportAddress reads "rfc822; ann@example.org", with or without its type.
func reportAddress(value string) string {
	if _, after, ok := strings.Cut(value, ";"); ok {
		value = after
	}
	return address(strings.Trim(strings.TrimSpace(value), `"'`))
}

// classify judges by the status (RFC 3463), which tells a wrong address from a full
// mailbox and from a refusal of the sender; the action alone does not.
func classify(action, status string) Class {
	switch {
	case status == "" && action == "delayed":
		return Soft
	case status == "":
		return Unclear
	case status[0] == '4':
		return Soft
	case strings.HasPrefix(status, "5.7."), status == "5.1.7", status == "5.1.8": // the last two are about the sender
		return Policy
	case status == "5.2.2" || status == "5.3.4" || status == "5.2.3":
		return Soft
	case strings.HasPrefix(status, "5.1.") || status == "5.2.1" || status == "5.2.0" || status == "5.4.4" || status == "5.0.0":
		return Hard
	}
	return Unclear
}

// Judge reads the status out of what a server said when it refused a mail for good,
// and says what it means for the address.
func Judge(said string) (status string, class Class) {
	status = findStatus(said)
	return status, classify("failed", status)
}

// findStatus returns the first enhanced status code (5.1.1) in s, or "".
func findStatus(s string) string {
	for i := 0; i+4 < len(s); i++ {
		if (s[i] != '2' && s[i] != '4' && s[i] != '5') || s[i+1] != '.' || (i > 0 && (digit(s[i-1]) || s[i-1] == '.')) {
			continue
		}
		j := i + 2
		for j < len(s) && digit(s[j]) {
			j++
		}
		if j == i+2 || j >= len(s) || s[j] != '.' {
			continue
		}
		k := j + 1
		for k < len(s) && digit(s[k]) {
			k++
		}
		if k > j+1 && k-j <= 4 && (k == len(s) || s[k] != '.') {
			return s[i:k]
		}
	}
	return ""
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// failedRecipients reads the header by which Exim and Gmail name the recipients.
func (m *Message) failedRecipients() []Undelivered {
	var found []Undelivered
	for _, raw := range m.header.all("X-Failed-Recipients") {
		for _, a := range m.parseAddresses(raw) {
			status := replyStatus(m.Text, a.Address)
			found = append(found, Undelivered{a.Address, "failed", status, classify("failed", status)})
		}
	}
	return found
}

// fromMailer reports whether a mail server wrote the message.
func (m *Message) fromMailer() bool {
	local, _, _ := strings.Cut(strings.ToLower(m.From.Address), "@")
	return local == "mailer-daemon" || (m.nullSender() && (local == "postmaster" || local == ""))
}

// reportInText reads "<ann@example.org>: … 550 5.1.1 …" as qmail, Postfix and others
// write it into the text of a bounce without a report.
func (m *Message) reportInText() []Undelivered {
	var found []Undelivered
	for line := range strings.SplitSeq(m.Text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "Received:") || len(found) >= 100 {
			break // the copy of the mail that bounced begins
		}
		if !strings.HasPrefix(line, "<") {
			continue
		}
		end := strings.IndexByte(line, '>')
		if end < 0 || (end+1 < len(line) && line[end+1] != ':' && line[end+1] != ' ') {
			continue
		}
		if addr := address(line[1:end]); addr != "" {
			status := replyStatus(m.Text, addr)
			found = append(found, Undelivered{addr, "failed", status, classify("failed", status)})
		}
	}
	return found
}

// replyStatus looks for a status in the few lines behind an address. A bare SMTP
// reply code is read as its class (550 means that the mailbox is not available).
func replyStatus(text, addr string) string {
	at := strings.Index(text, addr)
	if at < 0 {
		return ""
	}
	near := text[at+len(addr):]
	near = near[:min(len(near), 600)]
	if status := findStatus(near); status != "" {
		return status
	}
	for word := range strings.FieldsSeq(near) {
		switch strings.Trim(word, "#:;,.()-") {
		case "550", "551", "553":
			return "5.1.1"
		case "552":
			return "5.2.2"
		case "554":
			return "5.0.0"
		case "421", "450", "451", "452":
			return "4.0.0"
		}
	}
	return ""
}
