package db

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// storable returns args with each text as both engines can hold it. PostgreSQL refuses
// a NUL and what is not UTF-8, so that an address with %00 in it, or a browser that
// calls itself nonsense, would be our failure there and nothing special on SQLite.
func storable(args []any) []any {
	clean := args
	for i, arg := range args {
		text, ok := arg.(string)
		if !ok || utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
			continue
		}
		if &clean[0] == &args[0] {
			clean = slices.Clone(args)
		}
		clean[i] = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
	}
	return clean
}
