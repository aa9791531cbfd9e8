package message

import "strings"

// unflow joins the lines of format=flowed text into paragraphs (RFC 3676): a line
// that ends with a space flows on into the next of the same quote depth. With delsp
// that space is not part of the text, as languages without spaces need it.
func unflow(text string, delsp bool) string {
	var b strings.Builder
	b.Grow(len(text))
	depth, flowing := 0, false
	for line := range strings.SplitSeq(text, "\n") {
		d, rest := flowedDepth(line)
		if flowing && d != depth {
			// A paragraph that breaks off at another quote depth is broken by its
			// sender; its lines stay apart (section 4.5).
			flowing = false
			b.WriteByte('\n')
		}
		if !flowing {
			writeQuotes(&b, d)
		}
		signature := rest == "-- "
		flows := strings.HasSuffix(rest, " ") && !signature
		if flows && delsp {
			rest = rest[:len(rest)-1]
		}
		b.WriteString(rest)
		depth, flowing = d, flows
		if !flows {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// flowedDepth counts the quote marks and undoes space-stuffing (section 4.4).
func flowedDepth(line string) (depth int, rest string) {
	for depth < len(line) && line[depth] == '>' {
		depth++
	}
	return depth, strings.TrimPrefix(line[depth:], " ")
}

func writeQuotes(b *strings.Builder, depth int) {
	if depth == 0 {
		return
	}
	b.WriteString(strings.Repeat(">", depth))
	b.WriteByte(' ')
}
