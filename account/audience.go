package account

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Audience is who may do something in a place: everyone, the members, the staff, or,
// from firstGroup on, the group of that number. The staff belong to every audience.
type Audience int64

// The audiences that are no group.
const (
	Everyone Audience = 0
	Members  Audience = 1
	Staff    Audience = 2

	firstGroup Audience = 10
)

// IsGroup reports whether a is a group of people that an administrator has made.
func (a Audience) IsGroup() bool { return a >= firstGroup }

// Clearance is the highest audience that is no group and that u belongs to; of the
// staff, the highest there can be.
func (u User) Clearance() Audience {
	switch {
	case u.Staff():
		return math.MaxInt64
	case u.Signed():
		return Members
	}
	return Everyone
}

// Joined is the account whose groups count, as Admits asks for it: 0 for none. Who has
// not confirmed an address, or is known by mail only, is in no group.
func (u User) Joined() int64 {
	if u.Status != Active {
		return 0
	}
	return u.ID
}

// In reports whether u belongs to an audience.
func (u User) In(a Audience) bool {
	if a <= u.Clearance() {
		return true
	}
	return u.Joined() != 0 && a.IsGroup() && slices.Contains(strings.Fields(u.Groups), strconv.FormatInt(int64(a), 10))
}

// Admits is the condition that somebody may read what stands in the space sp: those
// who may read it, and those who keep order there. Its two parameters are the person's
// Clearance and Joined. It is the rule of item.Space.Readable, for a list; where the
// first half is true, as in every place that is not a group's, the second is not asked.
const Admits = `(sp.may_read <= ? OR EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.group_id IN (sp.may_read, sp.may_moderate)))`
