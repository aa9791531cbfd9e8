package account

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"strings"
	"time"

	"picus/internal/fault"
)

// replyLife is how long a personal reply address is good.
const replyLife = 90 * 24 * time.Hour

const day = 24 * time.Hour

// ReplyToken returns the token of a reply address, reply+TOKEN@: whoever writes there
// answers in the thread as the account. It holds the account, the thread, the day it
// expires and a keyed hash of these, in at most 50 lower-case letters and digits; the
// local part of an address has 64 (RFC 5321, section 4.5.3.1.1). id and key are
// account.id and account.reply_key, so that a fan-out needs no query per recipient.
func ReplyToken(id int64, key []byte, thread int64, now time.Time) string {
	b := binary.AppendUvarint(nil, uint64(id))
	b = binary.AppendUvarint(b, uint64(thread))
	b = binary.AppendUvarint(b, uint64(now.Add(replyLife).Unix()/int64(day/time.Second)))
	return lower32.EncodeToString(append(b, keyedSum(key, "reply", string(b))...))
}

// ReplyToken is the function ReplyToken for one person.
func (a *Accounts) ReplyToken(ctx context.Context, u User, thread int64) (string, error) {
	p, err := byID(ctx, a.db, u.ID)
	if err != nil {
		return "", err
	}
	return ReplyToken(p.ID, p.replyKey, thread, a.now()), nil
}

// ReadReplyToken returns who answers in which thread; a fault.Missing for a token that
// is not ours, is too old or was made before the password changed, a fault.Forbidden
// for somebody who is suspended.
func (a *Accounts) ReadReplyToken(ctx context.Context, token string) (u User, thread int64, err error) {
	errReply := fault.Gone("This reply address is not good. Please write to the address of the list, or answer on the site.")
	raw, err := lower32.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) <= sumSize {
		return User{}, 0, errReply
	}
	body, sum := raw[:len(raw)-sumSize], raw[len(raw)-sumSize:]
	said, ok := readNumbers(body)
	if !ok {
		return User{}, 0, errReply
	}
	p, err := byID(ctx, a.db, int64(said[0]))
	if err != nil && !fault.Is(err, fault.Missing) {
		return User{}, 0, err
	}
	if p.ID == 0 || !hmac.Equal(sum, keyedSum(p.replyKey, "reply", string(body))) {
		return User{}, 0, errReply
	}
	if a.now().Unix()/int64(day/time.Second) > int64(said[2]) {
		return User{}, 0, fault.Gone("This reply address is more than three months old. Please write to the address of the list, or answer on the site.")
	}
	if p, err = successor(ctx, a.db, p); err != nil {
		return User{}, 0, err
	}
	if p.Status != Active && p.Status != Shadow {
		return User{}, 0, errSuspended
	}
	return p.User, int64(said[1]), nil
}

// readNumbers reads the account, the thread and the day.
func readNumbers(b []byte) (numbers [3]uint64, ok bool) {
	for i := range numbers {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<62 {
			return numbers, false
		}
		numbers[i], b = v, b[n:]
	}
	return numbers, len(b) == 0
}
