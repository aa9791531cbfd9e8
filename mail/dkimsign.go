package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Each copy has its header signed anew, but a body that many copies share is read once.
// The form is relaxed/relaxed of RFC 6376, section 3.4.

// bodies keeps the hashes of the bodies that go out now. An entity that is known is held,
// so that no other one can stand at its place in memory.
type bodies struct {
	mu    sync.Mutex
	known map[*byte]hashed
}

type hashed struct {
	entity []byte
	sum    string
}

const mostBodies = 16

// hash returns the hash of the body in an entity that copies share.
func (s *bodies) hash(entity []byte) string {
	if len(entity) == 0 {
		return bodyHash(nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.known[&entity[0]]; ok && len(h.entity) == len(entity) {
		return h.sum
	}
	if s.known == nil || len(s.known) >= mostBodies {
		s.known = map[*byte]hashed{}
	}
	_, body := cutHeader(entity)
	h := hashed{entity, bodyHash(body)}
	s.known[&entity[0]] = h
	return h.sum
}

// cutHeader returns the fields of a message, with the line end of the last one, and its
// body. An entity without fields of its own begins with the empty line.
func cutHeader(raw []byte) (header, body []byte) {
	if body, ok := bytes.CutPrefix(raw, []byte("\r\n")); ok {
		return nil, body
	}
	head, body, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		return raw, nil
	}
	return raw[:len(head)+len("\r\n")], body
}

// bodyHash is the value of bh: lines lose white space at their ends and have single
// spaces, and empty lines at the end do not count.
func bodyHash(body []byte) string {
	h := sha256.New()
	var line []byte
	empty := 0
	for l := range bytes.Lines(body) {
		line = relaxed(line[:0], bytes.TrimRight(l, "\r\n"))
		if len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			h.Write([]byte("\r\n"))
		}
		h.Write(append(line, '\r', '\n'))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// relaxed adds a line to what was before, with single spaces and none at its end.
func relaxed(to, line []byte) []byte {
	space := false
	for _, c := range line {
		if c == ' ' || c == '\t' {
			space = true
			continue
		}
		if space {
			to = append(to, ' ')
		}
		to, space = append(to, c), false
	}
	return to
}

// relaxedField returns a field as it is signed: its name in lower case, its value on one
// line.
func relaxedField(field []byte) []byte {
	name, value, _ := bytes.Cut(field, []byte(":"))
	value = bytes.ReplaceAll(value, []byte("\r\n"), nil)
	out := append(bytes.ToLower(bytes.TrimRight(name, " \t")), ':')
	return append(relaxed(out, bytes.TrimLeft(value, " \t")), '\r', '\n')
}

// headerFields returns the fields of a header, the last first, as they are signed.
func headerFields(header []byte) [][]byte {
	var fields [][]byte
	for line := range bytes.Lines(header) {
		if n := len(fields); n > 0 && (line[0] == ' ' || line[0] == '\t') {
			fields[n-1] = append(fields[n-1], line...)
			continue
		}
		fields = append(fields, slices.Clone(line))
	}
	slices.Reverse(fields)
	for i, f := range fields {
		fields[i] = relaxedField(f)
	}
	return fields
}

// signature returns the header field that signs a message.
func (s *signer) signature(key crypto.Signer, selector string, names []string, raw []byte) ([]byte, error) {
	header, body := cutHeader(raw)
	return s.signHeader(key, selector, names, headerFields(header), bodyHash(body))
}

// signHeader is signature where the fields, the last first, and the hash of the body are
// known. A name that the header does not have is named all the same, so that no such field
// can be added. What fields holds afterwards is of no use.
func (s *signer) signHeader(key crypto.Signer, selector string, names []string, fields [][]byte, sum string) ([]byte, error) {
	algorithm, hash := "rsa-sha256", crypto.SHA256
	if _, small := key.Public().(ed25519.PublicKey); small {
		algorithm, hash = "ed25519-sha256", crypto.Hash(0) // RFC 8463, section 3
	}
	own := "DKIM-Signature: v=1; a=" + algorithm + "; c=relaxed/relaxed; d=" + s.domain + ";\r\n\ts=" + selector + "; bh=" + sum + ";\r\n\th=" + folded(names) + ";\r\n\tb="
	digest := sha256.New()
	for _, name := range names {
		prefix := []byte(strings.ToLower(name) + ":")
		if i := slices.IndexFunc(fields, func(f []byte) bool { return bytes.HasPrefix(f, prefix) }); i >= 0 {
			digest.Write(fields[i])
			fields = slices.Delete(fields, i, i+1)
		}
	}
	digest.Write(bytes.TrimSuffix(relaxedField([]byte(own)), []byte("\r\n")))
	signed, err := key.Sign(rand.Reader, digest.Sum(nil), hash)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(signed)
	const line = 72
	for len(text) > line {
		own, text = own+text[:line]+"\r\n\t", text[line:]
	}
	return []byte(own + text + "\r\n"), nil
}

// folded names the signed fields on lines of a usual length.
func folded(names []string) string {
	var lines []string
	for some := range slices.Chunk(names, 6) {
		lines = append(lines, strings.Join(some, ":"))
	}
	return strings.Join(lines, ":\r\n\t")
}
