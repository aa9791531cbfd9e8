package fault

import "fmt"

// Told returns an English sentence that is kept, such as what became of a mail, and shown
// later to people of any language: Lang.Retell finds its translation. The catalog knows it
// as it knows a refusal.
func Told(text string, args ...any) string {
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}
