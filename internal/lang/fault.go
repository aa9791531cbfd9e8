package lang

import "picus/internal/fault"

// Refusal is one sentence about what was sent, in the reader's language. Field is
// empty when it is about the whole.
type Refusal struct{ Field, Text string }

// Refusals are all the sentences about one form.
type Refusals []Refusal

// On returns the sentence about field, or "" when there is none.
func (r Refusals) On(field string) string {
	for _, one := range r {
		if one.Field == field {
			return one.Text
		}
	}
	return ""
}

// Refusals translates every fault that err carries. An error that is no fault, or
// an internal one, becomes one plain apology, because its text never leaves.
func (l Lang) Refusals(err error) Refusals {
	if err == nil {
		return nil
	}
	faults := fault.All(err)
	if len(faults) == 0 {
		return Refusals{{Text: l.apology()}}
	}
	all := make(Refusals, len(faults))
	for i, f := range faults {
		all[i] = Refusal{Field: f.Field, Text: l.sentence(f)}
	}
	return all
}

// Fault translates the first fault that err carries, as Refusals does; nil is "".
func (l Lang) Fault(err error) string {
	all := l.Refusals(err)
	if len(all) == 0 {
		return ""
	}
	return all[0].Text
}

func (l Lang) sentence(f *fault.Error) string {
	if f.Kind == fault.Internal {
		return l.apology()
	}
	return l.T(f.Text, f.Args...)
}

func (l Lang) apology() string {
	return l.T("Something went wrong on our side. It has been noted; please try again in a moment.")
}
