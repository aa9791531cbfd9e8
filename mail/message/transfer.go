package message

import (
	"bytes"
	"strings"
)

// transfer is an encoding that transferDecode can undo.
type transfer int

const (
	unknownEncoding transfer = iota
	identity
	quotedPrintable
	base64Encoding
	uuEncoding
)

// encodingOf reads a Content-Transfer-Encoding.
func encodingOf(field string) transfer {
	name, _, _ := strings.Cut(strings.ToLower(field), ";")
	switch strings.Trim(name, " \t\"'") {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "quoted/printable":
		return identity
	case "quoted-printable", "quoted printable", "qp":
		return quotedPrintable
	case "base64", "b64":
		return base64Encoding
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return uuEncoding
	}
	return unknownEncoding
}

// transferDecode undoes a Content-Transfer-Encoding. It takes broken input as far
// as it can be read; ok is false where the encoding has an unknown name.
func transferDecode(body []byte, field string) (decoded []byte, ok bool) {
	switch encodingOf(field) {
	case identity:
		return body, true
	case quotedPrintable:
		return decodeQuotedPrintable(body), true
	case base64Encoding:
		return decodeBase64(body), true
	case uuEncoding:
		return decodeUU(body), true
	}
	return body, false
}

// decodeQuotedPrintable decodes RFC 2045, section 6.7. A "=" that begins no escape
// stands for itself, as senders without an encoder mean it.
func decodeQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		line := nextLine(body)
		body = body[len(line):]
		eol := line[len(trimEOL(line)):]
		text := bytes.TrimRight(trimEOL(line), " \t")
		soft := len(text) > 0 && text[len(text)-1] == '='
		if soft {
			text = text[:len(text)-1]
		}
		out = appendQP(out, text)
		if !soft {
			out = append(out, eol...)
		}
	}
	return out
}

func appendQP(out, text []byte) []byte {
	for {
		at := bytes.IndexByte(text, '=')
		if at < 0 {
			return append(out, text...)
		}
		out = append(out, text[:at]...)
		text = text[at:]
		if len(text) >= 3 && unhex(text[1]) >= 0 && unhex(text[2]) >= 0 {
			out = append(out, byte(unhex(text[1])<<4|unhex(text[2])))
			text = text[3:]
			continue
		}
		out = append(out, '=')
		text = text[1:]
	}
}

// base64Value maps an ASCII byte to its six bits; 64 is the padding and 255 what
// is skipped. The URL alphabet is read too.
var base64Value = func() (table [256]byte) {
	for i := range table {
		table[i] = 255
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i)
	}
	table['-'], table['_'], table['='] = 62, 63, 64
	return table
}()

// decodeBase64 decodes what it can and skips the rest: line ends, stray bytes, a
// footer that some relay put below, blocks that were joined with their padding.
func decodeBase64(body []byte) []byte {
	out := make([]byte, 0, len(body)/4*3+3)
	var bits uint32
	n := 0
	for _, c := range body {
		switch v := base64Value[c]; v {
		case 255:
			continue
		case 64:
			out = appendRest(out, bits, n)
			bits, n = 0, 0
			continue
		default:
			bits = bits<<6 | uint32(v)
		}
		if n++; n == 4 {
			out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
			bits, n = 0, 0
		}
	}
	return appendRest(out, bits, n)
}

// appendRest writes the one or two bytes of an incomplete quantum of n characters.
func appendRest(out []byte, bits uint32, n int) []byte {
	switch n {
	case 2:
		return append(out, byte(bits>>4))
	case 3:
		return append(out, byte(bits>>10), byte(bits>>2))
	}
	return out
}

// decodeUU decodes the first uuencoded file of body; without one body stays.
func decodeUU(body []byte) []byte {
	var out []byte
	inside := false
	rest := body
	for len(rest) > 0 {
		line := nextLine(rest)
		rest = rest[len(line):]
		line = trimEOL(line)
		switch {
		case !inside:
			inside = bytes.HasPrefix(line, []byte("begin "))
		case bytes.Equal(line, []byte("end")):
			return out
		case len(line) > 0:
			out = appendUU(out, line)
		}
	}
	if !inside {
		return body
	}
	return out
}

func appendUU(out, line []byte) []byte {
	want := int(line[0]-' ') & 63
	start := len(out)
	for i := 1; i < len(line) && len(out)-start < want; i += 4 {
		var quad [4]byte
		for j := range quad {
			if i+j < len(line) {
				quad[j] = (line[i+j] - ' ') & 63
			}
		}
		out = append(out, quad[0]<<2|quad[1]>>4, quad[1]<<4|quad[2]>>2, quad[2]<<6|quad[3])
	}
	return out[:min(len(out), start+want)]
}
