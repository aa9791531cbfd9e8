// Package fault holds the errors that a person may read. A fault is made where
// the rule is, wrapped on its way with %w, and translated once per way out: to a
// status in web, a problem document in the API, a refusal by mail, an exit code.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an error is; each way out maps it once.
type Kind int

// The kinds, from a programming or system failure to a plain "no".
const (
	Internal  Kind = iota // our failure; its text never leaves the house
	Invalid               // what was sent cannot be accepted as it is
	Missing               // there is no such thing, or not for this reader
	Unknown               // nobody is signed in
	Forbidden             // signed in, but not allowed
	Conflict              // it changed in the meantime, or exists already
	Limited               // too much, too often: try again later
)

// Error is a refusal with a sentence for the person who asked. Text is a format
// string and at the same time the key of its translation, so it is constant.
type Error struct {
	Kind  Kind
	Field string // the form field or JSON member it is about, if any
	Text  string
	Args  []any
	Err   error // the cause, for the log only
}

// Error returns the English sentence.
func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return e.Text
	}
	return fmt.Sprintf(e.Text, e.Args...)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Bad is an Invalid fault about one field of what was sent.
func Bad(field, text string, args ...any) error {
	return &Error{Kind: Invalid, Field: field, Text: text, Args: args}
}

// Gone is a Missing fault. It is also the answer where the thing exists but this
// reader may not know, so that the two cannot be told apart.
func Gone(text string, args ...any) error {
	return &Error{Kind: Missing, Text: text, Args: args}
}

// SignIn is an Unknown fault: the person has to sign in first.
func SignIn(text string, args ...any) error {
	return &Error{Kind: Unknown, Text: text, Args: args}
}

// Forbid is a Forbidden fault.
func Forbid(text string, args ...any) error {
	return &Error{Kind: Forbidden, Text: text, Args: args}
}

// Clash is a Conflict fault.
func Clash(text string, args ...any) error {
	return &Error{Kind: Conflict, Text: text, Args: args}
}

// Limit is a Limited fault.
func Limit(text string, args ...any) error {
	return &Error{Kind: Limited, Text: text, Args: args}
}

// List is several faults at once, so that a form shows every mistake in one go.
type List []*Error

// Error returns the first sentence; a List with none in it is not an error.
func (l List) Error() string { return l[0].Error() }

// Unwrap makes errors.As and errors.Is look at each fault of the list.
func (l List) Unwrap() []error {
	all := make([]error, len(l))
	for i, e := range l {
		all[i] = e
	}
	return all
}

// Add appends err if it is a fault and reports whether it was one.
func (l *List) Add(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if ok {
		*l = append(*l, e)
	}
	return ok
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// All returns every fault that err carries: those of a List, or the one it wraps.
func All(err error) []*Error {
	if l, ok := errors.AsType[List](err); ok {
		return l
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []*Error{e}
	}
	return nil
}

// KindOf returns the kind of the first fault in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of kind k; a nil error is none.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
