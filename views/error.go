package views

import (
	"strconv"
	"strings"
)

// long reports whether somebody has written the value, rather than chosen it.
func (s Sent) long() bool {
	return s.Name == "body" || strings.Contains(s.Value, "\n") || len(s.Value) > 60
}

// Heading is the error in a few words.
func (p FailurePage) Heading() string {
	switch {
	case p.Status == 404:
		return p.Lang.T("Not found")
	case p.Status >= 500:
		return p.Lang.T("Something went wrong")
	case p.Status == 429:
		return p.Lang.T("One moment")
	}
	return p.Lang.T("That did not work") + " (" + strconv.Itoa(p.Status) + ")"
}
