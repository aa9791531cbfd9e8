package account

import (
	"context"
	"encoding/base32"
	"fmt"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// The set-up code: 20 letters and digits, 100 bits, in groups that can be read from
// one screen and typed on another. The alphabet is Crockford's, without I, L, O and U.
var setupAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

const setupGroup = 4

// NeedsSetup reports whether the site has no administrator yet. Once it has one, the
// answer costs nothing.
func (a *Accounts) NeedsSetup(ctx context.Context) (bool, error) {
	if a.setUp.Load() {
		return false, nil
	}
	has, err := hasAdministrator(ctx, a.db)
	if err != nil {
		return false, err
	}
	if has {
		a.setUp.Store(true)
	}
	return !has, nil
}

// hasAdministrator counts a suspended one too: to suspend the last must not open the
// set-up to whoever comes by.
func hasAdministrator(ctx context.Context, r db.Reader) (bool, error) {
	has, err := db.Value[bool](ctx, r, "SELECT EXISTS (SELECT 1 FROM account WHERE role = 'administrator')")
	if err != nil {
		return false, fmt.Errorf("look for an administrator: %w", err)
	}
	return has, nil
}

// SetupCode returns a fresh code that lets one person become the first administrator,
// for the terminal of the server and nowhere else. The one before it is void. It
// returns "" once there is an administrator.
func (a *Accounts) SetupCode(ctx context.Context) (string, error) {
	needed, err := a.NeedsSetup(ctx)
	if err != nil || !needed {
		return "", err
	}
	plain := setupAlphabet.EncodeToString(random(13))[:5*setupGroup]
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		return a.keep(ctx, tx, plain, link{purpose: forSetup}, 0)
	})
	if err != nil {
		return "", err
	}
	groups := make([]string, 0, 5)
	for i := 0; i < len(plain); i += setupGroup {
		groups = append(groups, plain[i:i+setupGroup])
	}
	return strings.Join(groups, "-"), nil
}

// plainCode undoes what people do to a code on its way from one screen to another.
var plainCode = strings.NewReplacer("-", "", " ", "", "I", "1", "L", "1", "O", "0")

// Setup makes the first administrator, active at once, and returns the cookie of
// their session. The error is a fault.List with all that is wrong; the code's field
// is code.
func (a *Accounts) Setup(ctx context.Context, r Registration, code string, from Door) (cookie string, err error) {
	if err := a.limits.enter(from, a.now()); err != nil {
		return "", err
	}
	code = plainCode.Replace(strings.ToUpper(strings.TrimSpace(code)))
	wrong := append(r.tidy(tidyHandle), r.tidyAccess()...)
	if err := a.checkCode(ctx, code); err != nil && !wrong.Add(err) {
		return "", err
	}
	if len(wrong) > 0 {
		return "", wrong
	}
	first, err := a.prepare(ctx, r)
	if err != nil {
		return "", err
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		cookie, err = a.install(ctx, tx, first, code, from)
		return err
	})
	if err == nil {
		a.setUp.Store(true)
	}
	return cookie, err
}

func (a *Accounts) checkCode(ctx context.Context, code string) error {
	_, err := a.peek(ctx, code, forSetup)
	if fault.Is(err, fault.Missing) {
		return fault.Bad("code", "This is not the set-up code. It stands on the terminal where the server was started; a restart prints a new one.")
	}
	return err
}

func (a *Accounts) install(ctx context.Context, tx *db.Tx, first pending, code string, from Door) (string, error) {
	has, err := hasAdministrator(ctx, tx)
	if err != nil {
		return "", err
	}
	if has {
		return "", fault.Clash("This site has an administrator already. Please sign in.")
	}
	if _, err := a.use(ctx, tx, code, forSetup); err != nil {
		return "", err
	}
	u, err := a.enlist(ctx, tx, first, Administrator)
	if err != nil {
		return "", err
	}
	return a.enter(ctx, tx, u.ID, from.agent(), from.address())
}
