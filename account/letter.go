package account

import (
	"context"

	"picus/internal/db"
)

// Letter is the payload of a job of kind "letter", which mail renders and sends.
// Name is empty where the address is not proved yet: a letter to a stranger holds no
// word that was chosen by whoever asked for it.
type Letter struct {
	To, Name, Lang, Kind string
	Path                 string // of the page behind its link, e.g. /confirm?token=…
	Was                  string // the address before, in a letter about a new one; or the one that was added
}

// The kinds of letters.
const (
	LetterConfirm    = "confirm"          // prove the address you register with
	LetterKnown      = "known"            // somebody tried to register with your address
	LetterReset      = "reset"            // choose a new password
	LetterAddress    = "address"          // prove your new address
	LetterClaim      = "claim"            // prove another address, whose posts become yours
	LetterClaimed    = "claimed"          // another address is yours now: Was
	LetterAddressOld = "address-old"      // to the former address: it was replaced
	LetterPassword   = "password-changed" // your password was changed
)

// post has a letter written once the transaction is durable.
func (a *Accounts) post(ctx context.Context, tx *db.Tx, l Letter) error {
	if l.To == "" {
		return nil // an account without an address, made at the terminal or by an import
	}
	return a.queue.Add(ctx, tx, "letter", l, a.now())
}
