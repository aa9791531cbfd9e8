package message

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxID is the longest id kept as it is. A longer one is replaced by its hash, never
// cut, since two ids with the same beginning are two mails.
const maxID = 244

// IDs returns the message ids of a Message-ID, In-Reply-To or References header
// without their brackets, each once, in order. It reads what real clients write:
// white space folded into an id, commas between ids, ids without brackets. Bare
// words count as ids only if they hold an @ and no prose stands beside them. A
// sender's or recipient's address in place of an id is for the caller to drop.
func IDs(header string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if id = cleanID(id); id != "" && !seen[id] && len(ids) < maxIDs {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	bracketed, bare, prose := tokens(header)
	if len(bracketed) == 0 && len(bare) == 0 {
		return nil
	}
	if prose || len(bare) == 0 {
		for _, t := range bracketed {
			add(t.text)
		}
		return ids
	}
	for len(bracketed) > 0 || len(bare) > 0 {
		from := &bracketed
		if len(bracketed) == 0 || (len(bare) > 0 && bare[0].at < bracketed[0].at) {
			from = &bare
		}
		add((*from)[0].text)
		*from = (*from)[1:]
	}
	return ids
}

type token struct {
	at   int
	text string
}

// tokens cuts a header into ids with and without brackets, and tells whether words
// that can be no ids stand between them.
func tokens(header string) (bracketed, bare []token, prose bool) {
	for at := 0; at < len(header) && len(bracketed)+len(bare) < 2*maxIDs; {
		switch header[at] {
		case ' ', '\t', '\r', '\n', ',', ';', '>':
			at++
		case '<':
			end := strings.IndexByte(header[at:], '>')
			if end < 0 {
				end = len(header) - at
			}
			bracketed = append(bracketed, token{at, header[at+1 : at+end]})
			at += end
		default:
			end := strings.IndexAny(header[at:], " \t\r\n,;<")
			if end < 0 {
				end = len(header) - at
			}
			word := header[at : at+end]
			switch {
			case strings.Contains(strings.Trim(word, "@"), "@"):
				bare = append(bare, token{at, word})
			case !strings.EqualFold(word, "y") && !strings.EqualFold(word, "n"):
				prose = true
			}
			at += end
		}
	}
	return bracketed, bare, prose
}

// cleanID takes white space and stray brackets out of an id and hashes a long one.
func cleanID(id string) string {
	id = strings.Map(func(r rune) rune {
		if r <= ' ' || r == '<' || r == '>' || r == 0x7f {
			return -1
		}
		return r
	}, id)
	id = strings.ToValidUTF8(id, "?")
	if len(id) <= maxID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256-" + hex.EncodeToString(sum[:]) + "@long.invalid"
}

// listID returns the identifier of a List-Id header (RFC 2919).
func listID(value string) string {
	if open := strings.LastIndexByte(value, '<'); open >= 0 {
		value = value[open+1:]
		if end := strings.IndexByte(value, '>'); end >= 0 {
			value = value[:end]
		}
	}
	return strings.ToLower(cleanID(value))
}
