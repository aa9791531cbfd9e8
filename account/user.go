// Package account knows the people: who they are, how they sign in, what they
// may do as members, moderators and administrators.
package account

// Role is what a person may do on the site as a whole.
type Role string

// The roles, each including the ones before it.
const (
	Member        Role = "member"
	Moderator     Role = "moderator"
	Administrator Role = "administrator"
)

// Status is where an account is in its life.
type Status string

// An account waits for its address to be confirmed, is active, is the shadow of
// somebody whose posts came by import or mail, or is suspended.
const (
	Waiting   Status = "waiting"
	Active    Status = "active"
	Shadow    Status = "shadow"
	Suspended Status = "suspended"
)

// User is a person as the rest of the house sees one. The zero User is a
// visitor who has not signed in.
type User struct {
	ID      int64
	Name    string // the handle, as in /u/NAME
	Display string // how the person wants to be called
	Email   string
	Role    Role
	Status  Status
	Lang    string // "en", "zh-Hans", or empty: as the browser says
	Unread  int    // notifications
	Groups  string // numbers of the groups u is in, with spaces between; ask In
	Plain   bool   // keeps order nowhere, whatever the groups allow: an API token that is not for it
	// Unreachable says that mail to the address has come back too often to send more.
	Unreachable bool
}

// Signed reports whether u is somebody who may act at all.
func (u User) Signed() bool { return u.ID != 0 && u.Status != Suspended }

// Staff reports whether u may moderate.
func (u User) Staff() bool { return u.Signed() && (u.Role == Moderator || u.Role == Administrator) }

// Admin reports whether u may administer the site.
func (u User) Admin() bool { return u.Signed() && u.Role == Administrator }
