package account

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"picus/internal/db"
	"picus/internal/job"
)

// Accounts is the room of the people. Every way in (browser, mail, API, command
// line) calls its methods, so a rule about people exists once.
type Accounts struct {
	db     *db.DB
	queue  *job.Queue
	now    func() time.Time
	secret []byte      // of the site; set by Open
	setUp  atomic.Bool // an administrator is known to exist
}

// New returns the room on d. Call Open before anything else.
func New(d *db.DB, q *job.Queue, now func() time.Time) *Accounts {
	return &Accounts{db: d, queue: q, now: now}
}

// Door is where a request comes from: what limits count by, and what the list of
// sessions shows.
type Door struct {
	Address netip.Addr // of the client
	Agent   string     // what the client calls itself
	Device  string     // the value of Accounts.Device that the browser has kept, if any
}

// Registration is what somebody fills in to become a member. Display may be
// empty: then it is the name. Its fault fields are name, display, email,
// password and lang.
type Registration struct{ Name, Display, Email, Password, Lang string }

// Session is a browser that is signed in.
type Session struct {
	Key            []byte // SHA-256 of the cookie
	User           User
	CSRF           string
	Created, Seen  time.Time
	Agent, Address string
}

// APIToken is an API token as its owner sees it; the token itself is shown once.
type APIToken struct {
	ID      string // for EndToken
	Label   string
	Scopes  []string
	Created time.Time
}

// Letter is the payload of a job of kind "letter", which mail renders and sends.
type Letter struct {
	To, Name, Lang, Kind string
	Path                 string // of the page behind its link, e.g. /confirm?token=…
	Was                  string // the address before, where it is about a new one
}

// A link's purposes, for Peek.
const (
	Confirming = "confirm"
	Resetting  = "reset"
	Addressing = "address"
)

// Operator is whoever sits at the server's own terminal; account methods that ask
// who acts let it do what an administrator may.
func Operator() User {
	return User{ID: -1, Name: "operator", Role: Administrator, Status: Active}
}

var errTODO error

func (a *Accounts) Open(ctx context.Context) error                { return errTODO }
func (a *Accounts) SetupCode(ctx context.Context) (string, error) { return "", errTODO }
func (a *Accounts) NeedsSetup(ctx context.Context) (bool, error)  { return false, errTODO }
func (a *Accounts) Setup(ctx context.Context, r Registration, code string, from Door) (cookie string, err error) {
	return "", errTODO
}
func (a *Accounts) Register(ctx context.Context, r Registration, from Door) error { return errTODO }

// Confirm POSTed; the letter's path is /confirm?token=…
func (a *Accounts) Confirm(ctx context.Context, token string) (User, error) { return User{}, errTODO }
func (a *Accounts) SignIn(ctx context.Context, who, password string, from Door) (cookie string, u User, err error) {
	return "", User{}, errTODO
}

// Device returns the value of a long-lived cookie (say, a year) to set after SignIn: a
// browser that sends it back in Door.Device is not held up by others' guesses.
func (a *Accounts) Device(u User) string { return "" }
func (a *Accounts) Session(ctx context.Context, cookie string) (Session, error) {
	return Session{}, errTODO
}
func (a *Accounts) SignOut(ctx context.Context, s Session) error                { return errTODO }
func (a *Accounts) Sessions(ctx context.Context, u User) ([]Session, error)     { return nil, errTODO }
func (s Session) ID() string                                                    { return "" }
func (a *Accounts) EndSession(ctx context.Context, by User, id string) error    { return errTODO }
func (a *Accounts) EndOthers(ctx context.Context, s Session) error              { return errTODO }
func (a *Accounts) EndSessions(ctx context.Context, by User, name string) error { return errTODO }
func (a *Accounts) RequestReset(ctx context.Context, address, lang string, from Door) error {
	return errTODO
}

// Reset: the letter's path is /reset?token=…
func (a *Accounts) Reset(ctx context.Context, token, password string) error { return errTODO }
func (a *Accounts) ChangePassword(ctx context.Context, s Session, old, new string) (cookie string, err error) {
	return "", errTODO
}
func (a *Accounts) RequestAddress(ctx context.Context, u User, password, address string) error {
	return errTODO
}

// ConfirmAddress: the letter's path is /address?token=…
func (a *Accounts) ConfirmAddress(ctx context.Context, token string) error { return errTODO }
func (a *Accounts) SetProfile(ctx context.Context, u User, display, lang string) error {
	return errTODO
}
func (a *Accounts) Peek(ctx context.Context, token, purpose string) error { return errTODO }
func (a *Accounts) NewToken(ctx context.Context, u User, label string, scopes []string) (string, error) {
	return "", errTODO
}
func (a *Accounts) Token(ctx context.Context, bearer string) (User, []string, error) {
	return User{}, nil, errTODO
}
func (a *Accounts) Tokens(ctx context.Context, u User) ([]APIToken, error) { return nil, errTODO }
func (a *Accounts) EndToken(ctx context.Context, by User, id string) error { return errTODO }
func (a *Accounts) Add(ctx context.Context, r Registration, role Role) (User, error) {
	return User{}, errTODO
}
func (a *Accounts) SetPassword(ctx context.Context, name, password string) error { return errTODO }
func (a *Accounts) Suspend(ctx context.Context, by User, name string, suspended bool) error {
	return errTODO
}
func (a *Accounts) SetRole(ctx context.Context, by User, name string, role Role) error {
	return errTODO
}
func (a *Accounts) List(ctx context.Context, after string, limit int) ([]User, error) {
	return nil, errTODO
}
func (a *Accounts) ByName(ctx context.Context, name string) (User, error)     { return User{}, errTODO }
func (a *Accounts) ByAddress(ctx context.Context, email string) (User, error) { return User{}, errTODO }
func (a *Accounts) Shadow(ctx context.Context, tx *db.Tx, display, email string) (User, error) {
	return User{}, errTODO
}

// ReplyToken needs no query: id and key are account.id and account.reply_key.
func ReplyToken(id int64, key []byte, thread int64, now time.Time) string { return "" }
func (a *Accounts) ReplyToken(ctx context.Context, u User, thread int64) (string, error) {
	return "", errTODO
}
func (a *Accounts) ReadReplyToken(ctx context.Context, token string) (u User, thread int64, err error) {
	return User{}, 0, errTODO
}
func (a *Accounts) Sign(purpose string, parts ...string) string      { return "" }
func (a *Accounts) Verify(sum, purpose string, parts ...string) bool { return false }

// Sweep deletes what has expired: links and sessions. Call it now and then.
func (a *Accounts) Sweep(ctx context.Context) error { return errTODO }
