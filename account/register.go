package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/lang"
)

// Registration is what somebody fills in to become a member. Display may be empty:
// then it is the name. Faults about it have the fields name, display, email,
// password and lang.
type Registration struct{ Name, Display, Email, Password, Lang string }

// pending is a registration that waits for its address to be proved. Until then there
// is no account: nobody can hold a name or an address by merely filling in a form.
type pending struct {
	Name, Display, Email, Lang string
	Hash                       string // of the password
}

// Register sends a letter that finishes the registration: by a link, or by the news
// that the address has an account already. Which of the two it was cannot be told
// from outside; a name that is taken is said, because names are public. The error is
// a fault.List with all that is wrong, or a fault.Limited.
func (a *Accounts) Register(ctx context.Context, r Registration, from Door) error {
	wrong := append(r.tidy(tidyName), r.tidyAccess()...)
	if err := a.free(ctx, r.Name); err != nil && !wrong.Add(err) {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	if err := a.limits.enter(from, a.now()); err != nil {
		return err
	}
	wanted, err := a.prepare(ctx, r)
	if err != nil {
		return err
	}
	if !a.limits.mayWrite(LetterConfirm, r.Email, a.now()) {
		return nil // a letter is on its way, and to say so would tell that it is the second
	}
	return a.db.Write(ctx, func(tx *db.Tx) error { return a.invite(ctx, tx, wanted) })
}

// invite writes the same rows for an address that is known and one that is not, so
// that the time does not tell either.
func (a *Accounts) invite(ctx context.Context, tx *db.Tx, wanted pending) error {
	holder, err := byAddress(ctx, tx, wanted.Email)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	detail, err := json.Marshal(wanted)
	if err != nil {
		return fmt.Errorf("keep a registration: %w", err)
	}
	token := newSecret()
	kept := link{purpose: ForConfirm, detail: string(detail), address: addressKey(wanted.Email)}
	letter := Letter{To: wanted.Email, Lang: wanted.Lang, Kind: LetterConfirm, Path: "/confirm?token=" + token}
	if holder.mayNotBeClaimed() {
		kept.purpose = forDecoy
		letter = Letter{To: holder.Email, Name: holder.Display, Lang: holder.Lang, Kind: LetterKnown, Path: "/login"}
	}
	if err := a.keep(ctx, tx, token, kept, linkLife); err != nil {
		return err
	}
	return a.post(ctx, tx, letter)
}

// Confirm makes the account that the letter's link stands for, or gives a shadow to
// the one who has proved its address: what was posted from it becomes theirs. The
// page behind the link calls it when its button is pressed. A fault.Conflict in the
// field name leaves the link good: see ConfirmAs.
func (a *Accounts) Confirm(ctx context.Context, token string) (User, error) {
	return a.ConfirmAs(ctx, token, "")
}

// ConfirmAs is Confirm with another name than the one registered with, for somebody
// who finds that one taken.
func (a *Accounts) ConfirmAs(ctx context.Context, token, name string) (u User, err error) {
	if name != "" {
		if name, err = tidyName(name); err != nil {
			return User{}, err
		}
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		l, err := a.use(ctx, tx, token, ForConfirm)
		if err != nil {
			return err
		}
		var wanted pending
		if err := json.Unmarshal([]byte(l.detail), &wanted); err != nil {
			return fmt.Errorf("read a registration: %w", err)
		}
		if name != "" {
			wanted.Name = name
		}
		u, err = a.enlist(ctx, tx, wanted, Member)
		return err
	})
	return u, err
}

// tidy brings how somebody is called and spoken to into its normal form.
func (r *Registration) tidy(naming func(string) (string, error)) (wrong fault.List) {
	var err error
	r.Name, err = naming(r.Name)
	wrong.Add(err)
	if r.Display = tidyDisplay(r.Display); r.Display == "" {
		r.Display = r.Name
	}
	wrong.Add(checkDisplay(r.Display))
	wrong.Add(checkLang(r.Lang))
	return wrong
}

// tidyAccess does the same with what somebody signs in by.
func (r *Registration) tidyAccess() (wrong fault.List) {
	var err error
	r.Email, err = tidyAddress(r.Email)
	wrong.Add(err)
	wrong.Add(checkPassword(r.Password, r.Name, r.Email))
	return wrong
}

// free returns errTaken where a member has the name. A shadow's name passes: to refuse
// it to all but the owner of its address would tell whose address it is. Confirm
// settles it.
func (a *Accounts) free(ctx context.Context, name string) error {
	if _, err := tidyName(name); err != nil {
		return nil // that has been said
	}
	taken, err := db.Value[bool](ctx, a.db,
		"SELECT EXISTS (SELECT 1 FROM account WHERE name_key IN (?, ?) AND status <> 'shadow')",
		nameKey(name), lookKey(name))
	if err != nil {
		return fmt.Errorf("look whether a name is free: %w", err)
	}
	if taken {
		return errTaken(name)
	}
	return nil
}

// prepare hashes the password, which must not happen inside a transaction.
func (a *Accounts) prepare(ctx context.Context, r Registration) (pending, error) {
	hash := ""
	if r.Password != "" {
		var err error
		if hash, err = a.hashing.make(ctx, r.Password); err != nil {
			return pending{}, err
		}
	}
	return pending{Name: r.Name, Display: r.Display, Email: r.Email, Lang: r.Lang, Hash: hash}, nil
}

// enlist makes an active account, or makes one of the shadow with that address.
func (a *Accounts) enlist(ctx context.Context, tx *db.Tx, w pending, role Role) (User, error) {
	holder, err := byAddress(ctx, tx, w.Email)
	if err != nil && !fault.Is(err, fault.Missing) {
		return User{}, err
	}
	if holder.mayNotBeClaimed() {
		return User{}, &fault.Error{Kind: fault.Conflict, Field: "email",
			Text: "This address has an account already. Sign in, or ask for a new password."}
	}
	taken, err := nameTaken(ctx, tx, w.Name, holder.ID)
	if err != nil {
		return User{}, fmt.Errorf("look whether a name is free: %w", err)
	}
	if taken {
		return User{}, errTaken(w.Name)
	}
	if holder.ID != 0 {
		return a.claim(ctx, tx, holder.ID, w, role)
	}
	return a.create(ctx, tx, w, role, Active)
}

// mayNotBeClaimed reports whether somebody is behind the account already.
func (p person) mayNotBeClaimed() bool { return p.ID != 0 && p.Status != Shadow }

func (a *Accounts) create(ctx context.Context, tx *db.Tx, w pending, role Role, status Status) (User, error) {
	var email, key any // NULL where no address is known, because each is unique
	if w.Email != "" {
		email, key = w.Email, addressKey(w.Email)
	}
	u, err := db.One(ctx, tx, oneUser, `
		INSERT INTO account (name, name_key, display, email, email_key, status, role, password, lang, reply_key, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING `+userColumns,
		w.Name, nameKey(w.Name), w.Display, email, key, string(status), string(role), w.Hash, w.Lang, random(32), a.millis())
	if err != nil {
		return User{}, fmt.Errorf("create an account: %w", err)
	}
	return u, nil
}

func (a *Accounts) claim(ctx context.Context, tx *db.Tx, id int64, w pending, role Role) (User, error) {
	u, err := db.One(ctx, tx, oneUser, `
		UPDATE account
		SET name = ?, name_key = ?, display = ?, email = ?, unreachable = 0, status = ?, role = ?, password = ?, lang = ?, reply_key = ?
		WHERE id = ?
		RETURNING `+userColumns,
		w.Name, nameKey(w.Name), w.Display, w.Email, string(Active), string(role), w.Hash, w.Lang, random(32), id)
	if err != nil {
		return User{}, fmt.Errorf("claim a shadow: %w", err)
	}
	return u, nil
}

func checkLang(tag string) error {
	if tag != "" && !slices.Contains(lang.All(), lang.Lang(tag)) {
		return fault.Bad("lang", "Please choose one of the languages in the list.")
	}
	return nil
}
