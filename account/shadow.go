package account

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"picus/internal/db"
)

// nameless is the handle of somebody whose name is not known. The address does not
// become one: it is nobody else's business.
const nameless = "member"

// roomForNumber is what a handle leaves free for "-" and a number.
const roomForNumber = 10

// triedNumbers are those that are tried in turn; then the number of the account is
// taken, so that a thousand people of one name do not cost a thousand questions each.
const triedNumbers = 4

// Shadow returns the account with the address, whatever its status, or makes one that
// waits for its owner: somebody whose posts came by import or by mail. Without an
// address it always makes one. It is meant for transactions of imports and of mail.
func (a *Accounts) Shadow(ctx context.Context, tx *db.Tx, display, email string) (User, error) {
	if email != "" {
		address, err := tidyAddress(email)
		if err != nil {
			return User{}, err
		}
		known, err := db.All(ctx, tx, oneUser, "SELECT "+userColumns+" "+standsFor+"known.email_key = ?", addressKey(address))
		if err != nil {
			return User{}, fmt.Errorf("find a shadow: %w", err)
		}
		if len(known) > 0 {
			return known[0], nil
		}
		email = address
	}
	display = shownName(display)
	return a.makeShadow(ctx, tx, handle(display), display, email)
}

// Speak notes the language that a shadow is written to in, where none is known: nobody
// has set one who has no account to sign in to. u itself comes back with it.
func (a *Accounts) Speak(ctx context.Context, tx *db.Tx, u User, tag string) (User, error) {
	if u.Status != Shadow || u.Lang != "" || tag == "" {
		return u, nil
	}
	if err := checkLang(tag); err != nil {
		return u, err
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET lang = ? WHERE id = ?", tag, u.ID); err != nil {
		return u, fmt.Errorf("note a language: %w", err)
	}
	u.Lang = tag
	return u, nil
}

// NamedShadow returns the shadow without an address that has a handle and shows a name, or
// makes one: an author of another site, whose export tells no addresses. Where somebody else
// has the handle, it gets the number 1, which no other shadow has: so the next export of that
// site finds its author again.
func (a *Accounts) NamedShadow(ctx context.Context, tx *db.Tx, name, display string) (User, error) {
	display = shownName(display)
	name, err := tidyName(name)
	if err != nil {
		return a.makeShadow(ctx, tx, handle(display), display, "")
	}
	for _, own := range []string{name, name + "-1"} {
		known, err := db.All(ctx, tx, oneUser, "SELECT "+userColumns+" "+standsFor+"known.name_key = ? AND known.display = ? AND known.email IS NULL AND known.status = 'shadow'",
			nameKey(own), cmp.Or(display, own))
		if err != nil {
			return User{}, fmt.Errorf("find a shadow by name: %w", err)
		}
		if len(known) > 0 {
			return known[0], nil
		}
		taken, err := nameTaken(ctx, tx, own, 0)
		if err != nil {
			return User{}, fmt.Errorf("name a shadow: %w", err)
		}
		if !taken {
			return a.makeShadow(ctx, tx, own, display, "")
		}
	}
	return a.makeShadow(ctx, tx, name, display, "")
}

func (a *Accounts) makeShadow(ctx context.Context, tx *db.Tx, base, display, email string) (User, error) {
	name, err := freeHandle(ctx, tx, base)
	if err != nil {
		return User{}, fmt.Errorf("name a shadow: %w", err)
	}
	return a.create(ctx, tx, pending{Name: name, Display: cmp.Or(display, name), Email: email}, Member, Shadow)
}

// shownName returns the name of a mail's author for show; "" where the author, or
// their mail program, put an address there.
func shownName(display string) string {
	display = strings.Trim(cut(tidyDisplay(display), maxDisplay), `"' `)
	if strings.Contains(display, "@") {
		return ""
	}
	return display
}

// handle makes "marta-ruiz" of "Marta Ruiz" and leaves 小林 as it is.
func handle(display string) string {
	var b strings.Builder
	joined, runes := true, 0
	for _, r := range strings.ToLower(norm.NFKC.String(display)) {
		if runes >= maxName-roomForNumber {
			break
		}
		letter := (unicode.IsLetter(r) || unicode.IsDigit(r)) && !invisible(r)
		switch {
		case letter || unicode.Is(unicode.M, r) && !joined:
			b.WriteRune(r)
			joined = false
		case joined:
			continue
		default:
			b.WriteByte('-')
			joined = true
		}
		runes++
	}
	name, err := tidyName(strings.TrimRight(b.String(), "-"))
	if err != nil {
		return nameless
	}
	return name
}

// freeHandle returns base, or base with a number.
func freeHandle(ctx context.Context, tx *db.Tx, base string) (string, error) {
	if base != nameless {
		for i := range triedNumbers {
			name := base
			if i > 0 {
				name = base + "-" + strconv.Itoa(i+1)
			}
			if taken, err := nameTaken(ctx, tx, name, 0); err != nil || !taken {
				return name, err
			}
		}
	}
	next, err := db.Value[int64](ctx, tx, "SELECT COALESCE(MAX(id), 0) + 1 FROM account")
	for ; err == nil; next++ {
		name := base + "-" + strconv.FormatInt(next, 10)
		taken, err := nameTaken(ctx, tx, name, 0)
		if err != nil || !taken {
			return name, err
		}
	}
	return "", err
}
