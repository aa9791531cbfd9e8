package message

import "strings"

// addresses reads every field called name.
func (m *Message) addresses(name string) []Address {
	list := []Address{}
	for _, raw := range m.header.all(name) {
		list = append(list, m.parseAddresses(raw)...)
	}
	if len(list) > maxAddresses {
		m.warn("The field %s names more than %d addresses; the rest was not read.", name, maxAddresses)
		list = list[:maxAddresses]
	}
	return list
}

// parseAddresses reads an address list (RFC 5322, section 3.4) as tolerantly as a
// person would: groups are flattened, comments and quotes may be left open, a name
// may be unquoted whatever it holds.
func (m *Message) parseAddresses(raw string) []Address {
	s := addressScanner{text: m.decode8bit(raw)}
	var list []Address
	for s.next() {
		if a, ok := m.mailbox(&s); ok {
			list = append(list, a)
		}
		if len(list) > maxAddresses {
			break
		}
	}
	return list
}

// addressScanner cuts an address list into mailboxes. After next, phrase is what
// stands before the angle address, angle the angle address and comment the text in
// parentheses.
type addressScanner struct {
	text                   string
	at                     int
	phrase, angle, comment strings.Builder
	hasAngle               bool
}

// next reads up to the end of one mailbox and reports whether there was anything.
func (s *addressScanner) next() bool {
	s.phrase.Reset()
	s.angle.Reset()
	s.comment.Reset()
	s.hasAngle = false
	began := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case '"':
			s.quoted()
		case '(':
			s.parenthesis()
		case '<':
			s.angleAddress()
		case ',', ';':
			s.at++
			return true
		case ':':
			// The name of a group ends here; a colon inside an address stays.
			s.at++
			if !s.hasAngle && !strings.Contains(s.phrase.String(), "@") {
				s.phrase.Reset()
			}
		default:
			s.phrase.WriteByte(c)
			s.at++
		}
	}
	return s.at > began
}

func (s *addressScanner) quoted() {
	s.at++
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		if c == '"' {
			return
		}
		if c == '\\' && s.at < len(s.text) {
			c = s.text[s.at]
			s.at++
		}
		s.phrase.WriteByte(c)
	}
}

func (s *addressScanner) parenthesis() {
	s.comment.Reset()
	depth := 0
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '(':
			if depth++; depth == 1 {
				continue
			}
		case c == ')':
			if depth--; depth == 0 {
				return
			}
		case c == '\\' && s.at < len(s.text):
			c = s.text[s.at]
			s.at++
		}
		s.comment.WriteByte(c)
	}
}

func (s *addressScanner) angleAddress() {
	end := strings.IndexByte(s.text[s.at:], '>')
	if end < 0 {
		end = len(s.text) - s.at
	}
	inside := strings.TrimLeft(s.text[s.at:s.at+end], "<")
	s.at = min(s.at+end+1, len(s.text))
	if s.hasAngle && s.angle.Len() > 0 {
		return
	}
	s.hasAngle = true
	s.angle.WriteString(inside)
}

// mailbox makes an Address of what the scanner read.
func (m *Message) mailbox(s *addressScanner) (Address, bool) {
	name := clean(m.decodeWords(strings.TrimSpace(s.phrase.String())))
	if s.hasAngle {
		addr := address(s.angle.String())
		if addr == "" && strings.Contains(name, "@") && !strings.Contains(name, " ") {
			addr, name = address(name), ""
		}
		return Address{strings.Join(strings.Fields(name), " "), addr}, addr != "" || name != ""
	}
	comment := clean(m.decodeWords(s.comment.String()))
	for word := range strings.FieldsSeq(name) {
		if addr := address(word); addr != "" {
			rest := strings.Join(strings.Fields(strings.Replace(name, word, "", 1)), " ")
			if rest == "" {
				rest = comment
			}
			return Address{rest, addr}, true
		}
	}
	return Address{name, ""}, name != ""
}

// address tidies an addr-spec: no white space, no route, the domain in lower case.
// It returns "" for what is no address.
func address(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s)
	if strings.HasPrefix(s, "@") {
		// The obsolete route (RFC 5322, section 4.4) is not part of the address.
		if _, rest, ok := strings.Cut(s, ":"); ok {
			s = rest
		}
	}
	s = strings.TrimPrefix(s, "mailto:")
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 320 {
		return ""
	}
	return strings.ToValidUTF8(s[:at+1]+strings.ToLower(strings.TrimRight(s[at+1:], ".")), "?")
}

// restoreAuthor undoes what mailing lists do to From for DMARC: the list's own
// address there, "Ann via List" as the name, and the author in X-Original-From or
// Reply-To.
func (m *Message) restoreAuthor() {
	author, found := m.originalFrom()
	if !found {
		return
	}
	m.Munged = m.From
	if author.Name == "" {
		author.Name = withoutVia(m.From.Name)
	}
	m.From = author
}

func (m *Message) originalFrom() (Address, bool) {
	for _, name := range []string{"X-Original-From", "X-Mailman-Original-From"} {
		if a := first(m.addresses(name)); a.Address != "" && a.Address != m.From.Address {
			return a, true
		}
	}
	if withoutVia(m.From.Name) == m.From.Name || !m.ownedByList(m.From.Address) {
		return Address{}, false
	}
	for _, a := range m.ReplyTo {
		if a.Address != "" && a.Address != m.From.Address && !m.ownedByList(a.Address) {
			a.Name = withoutVia(a.Name)
			return a, true
		}
	}
	return Address{}, false
}

// FromList reports whether From names the list that a mail came through, and nothing tells
// the author's own address.
func (m *Message) FromList() bool {
	return m.Munged.Address == "" && m.From.Address != "" && m.ownedByList(m.From.Address)
}

// ownedByList reports whether address is that of the list the mail came through.
func (m *Message) ownedByList(address string) bool {
	address = strings.ToLower(address)
	if m.ListID != "" && strings.ReplaceAll(address, "@", ".") == m.ListID {
		return true
	}
	if strings.Contains(strings.ToLower(m.header.get("List-Post")), address) {
		return address != ""
	}
	return strings.EqualFold(m.header.get("X-BeenThere"), address)
}

// withoutVia takes " via List" off a name.
func withoutVia(name string) string {
	if at := strings.LastIndex(name, " via "); at > 0 {
		return strings.Trim(name[:at], ` "'`)
	}
	return name
}
