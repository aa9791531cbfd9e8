package db

import (
	"strconv"
	"strings"
	"sync"
)

type dialect int

const (
	sqlite dialect = iota
	postgres
)

func (d dialect) name() string {
	if d == postgres {
		return "postgres"
	}
	return "sqlite"
}

var rebound sync.Map // SQL with ? → the same with $1…; as many entries as the code has statements

// bind turns the question marks of a statement into what the engine expects.
func (d dialect) bind(query string) string {
	if d == sqlite {
		return query
	}
	if bound, ok := rebound.Load(query); ok {
		return bound.(string)
	}
	bound := number(query)
	rebound.Store(query, bound)
	return bound
}

// number replaces each ? outside a quoted string by $1, $2, and so on.
func number(query string) string {
	var b strings.Builder
	n, quoted := 0, false
	for _, r := range query {
		switch {
		case r == '\'':
			quoted = !quoted
		case r == '?' && !quoted:
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
