package account

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
)

// RequestClaim sends a link to another address of u, from which they may have written;
// it makes what was written from there theirs. Where somebody else has the address, its
// owner is told instead; u cannot tell. Faults have the fields password and email.
func (a *Accounts) RequestClaim(ctx context.Context, u User, password, address string) error {
	if u.Status != Active {
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	}
	address, err := tidyAddress(address)
	if err != nil {
		return err
	}
	p, err := a.again(ctx, u, "password", password)
	if err != nil {
		return err
	}
	holder, err := byAddress(ctx, a.db, address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if holder.ID == u.ID {
		return fault.Bad("email", "This is your address already.")
	}
	if !a.limits.mayWrite(LetterClaim, address, a.now()) {
		return nil
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		return a.askForProof(ctx, tx, p.User, proof{ForClaim, LetterClaim, "/claim", address})
	})
}

// Claim makes the address that the link was sent to another one of by, and what was
// written from it theirs; a letter to their own address says so. Only the member who asked for the letter may use its link:
// whoever reads it by chance, or is talked into pressing the button, gives nothing away.
func (a *Accounts) Claim(ctx context.Context, by User, token string) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		l, err := a.use(ctx, tx, token, ForClaim)
		if err != nil {
			return err
		}
		if by.ID == 0 || l.account != by.ID {
			return errLink // which gives the link back, as the transaction ends with a fault
		}
		p, err := byID(ctx, tx, by.ID)
		if err != nil {
			return err
		}
		if p.Status != Active {
			return errLink
		}
		holder, err := a.Shadow(ctx, tx, "", l.address)
		if err != nil || holder.ID == p.ID {
			return err
		}
		if holder.Status != Shadow {
			return fault.Clash("This address has an account of its own by now. Please choose another.")
		}
		if err := a.absorb(ctx, tx, holder.ID, p.ID); err != nil {
			return err
		}
		return a.post(ctx, tx, Letter{To: p.Email, Name: p.Display, Lang: p.Lang, Kind: LetterClaimed, Path: "/settings/addresses", Was: l.address})
	})
}

// successor returns whom an account stands for, as a mail that went to it may be
// answered after it was merged.
func successor(ctx context.Context, r db.Reader, p person) (person, error) {
	into, err := db.Value[int64](ctx, r, "SELECT COALESCE(merged, id) FROM account WHERE id = ?", p.ID)
	if err != nil {
		return person{}, fmt.Errorf("look for a merged account: %w", err)
	}
	if into == p.ID {
		return p, nil
	}
	return byID(ctx, r, into)
}
