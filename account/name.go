package account

import (
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"

	"picus/internal/db"
	"picus/internal/fault"
)

const (
	minName = 2
	maxName = 30
)

// reserved are names that would let a member pass for the house: its staff, its mail
// addresses (RFC 2142 among them) and its own words.
var reserved = strings.Fields(`
	admin admins administrator administrators root system sysadmin sysop moderator moderators mod mods staff team
	operator official owner webmaster hostmaster postmaster mailer-daemon abuse security support help info contact
	noc privacy legal news usenet uucp www ftp mail email smtp imap list lists listmaster request subscribe
	unsubscribe join leave confirm bounce bounces reply noreply no-reply digest announce nobody anonymous anon guest
	visitor unknown deleted null undefined none me self you all everyone everybody here channel member members user
	users new edit delete login logout register signup settings account accounts api bot picus
	管理员 管理員 系统 系統 系统管理员 系統管理員 超级管理员 超級管理員 站长 站長 版主 斑竹 站务 站務 客服 官方 运营 小编
	匿名 匿名用户 游客 访客 訪客 所有人 全体成员 全體成員 已删除 已刪除 用户 會員 会员 啄木鸟`)

// reservedEnds are what mailing lists add to their name (RFC 2142, section 6).
var reservedEnds = strings.Fields(`-request -owner -bounces -bounce -admin -subscribe -unsubscribe -join -leave -confirm`)

// formEnds are what a page's address ends with when it is asked for in another form.
var formEnds = strings.Fields(`.atom .rss .json .xml .html .txt .md .mbox .csv .ics .gz .png .svg`)

var reservedKeys = sync.OnceValue(func() map[string]bool {
	keys := map[string]bool{}
	for _, name := range reserved {
		keys[nameKey(name)] = true
	}
	return keys
})

// tidyName returns a handle in its normal form, or the fault of it.
func tidyName(s string) (string, error) {
	name, err := tidyHandle(s)
	if err == nil && isReserved(name) {
		err = fault.Bad("name", "The name %s is kept for the site itself. Please choose another.", name)
	}
	return name, err
}

// tidyHandle is tidyName for the operator, whom the reserved names are kept for.
func tidyHandle(s string) (string, error) {
	name := norm.NFKC.String(strings.TrimSpace(s))
	if n := utf8.RuneCountInString(name); n < minName || n > maxName {
		return name, fault.Bad("name", "A name has %d to %d characters.", minName, maxName)
	}
	if !wellFormed(name) {
		return name, fault.Bad("name", "A name is made of letters and digits, with hyphens, underscores and dots between them.")
	}
	if endsWith(name, formEnds) {
		return name, fault.Bad("name", "A name does not end like a file, with .atom or .txt for instance: the feeds of the members have such addresses.")
	}
	return name, nil
}

// wellFormed reports whether name is letters and digits of any script, with at most
// one joining character between two of them.
func wellFormed(name string) bool {
	const joining = "-_."
	joined, marks := true, maxMarks // so that neither may come first
	for _, r := range name {
		switch {
		case invisible(r):
			return false
		case unicode.IsLetter(r), unicode.IsDigit(r):
			joined, marks = false, 0
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				return false
			}
		case strings.ContainsRune(joining, r) && !joined:
			joined, marks = true, maxMarks
		default:
			return false
		}
	}
	return !joined
}

func isReserved(name string) bool {
	return endsWith(name, reservedEnds) || reservedKeys()[nameKey(name)] || reservedKeys()[lookKey(name)]
}

func endsWith(name string, ends []string) bool {
	folded := fold(name)
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(folded, end) })
}

// nameKey is equal for names that a reader may take for one another: the case is
// folded, and each letter is replaced by the one it looks like (UTS 39, section 4).
func nameKey(name string) string {
	return fold(confusables.Skeleton(fold(name)))
}

// NameKey is what accounts are found by in the index of their names.
func NameKey(name string) string { return nameKey(name) }

// lookKey is nameKey by the look of the letters as they are written: PauI with a
// capital i has the lookKey of Paul, which folding first would hide.
func lookKey(name string) string {
	return fold(confusables.Skeleton(norm.NFKC.String(name)))
}

// nameTaken reports whether somebody other than the account except has the name, or
// one that looks like it.
func nameTaken(ctx context.Context, r db.Reader, name string, except int64) (bool, error) {
	return db.Value[bool](ctx, r,
		"SELECT EXISTS (SELECT 1 FROM account WHERE name_key IN (?, ?) AND id <> ?)",
		nameKey(name), lookKey(name), except)
}

// errTaken says that a name is somebody else's. Names are public, so it may.
func errTaken(name string) error {
	return &fault.Error{Kind: fault.Conflict, Field: "name", Args: []any{name},
		Text: "The name %s is taken, or looks too much like one that is. Please choose another."}
}
