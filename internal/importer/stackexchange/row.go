package stackexchange

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"

	"picus/internal/fault"
)

// row is one row of a file of the dump.
type row struct {
	at    string // file and line
	attrs map[string]string
}

// where names the row for the person who runs the import.
func (r row) where() string {
	if id := r.attrs["Id"]; id != "" {
		return r.at + " (Id " + id + ")"
	}
	return r.at
}

// fields reads the attributes of a row and keeps the first error.
type fields struct {
	row
	err error
}

func (f *fields) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// id reads a number that names something, 0 where it is absent.
func (f *fields) id(name string) int64 {
	text := f.attrs[name]
	n, err := strconv.ParseInt(text, 10, 64)
	if text != "" && (err != nil || n < -1 || n > maxID) {
		f.fail(fault.Bad(name, "The row's %s is not a number that Stack Exchange gives: %s.", name, text))
		return 0
	}
	return n
}

// maxID is the largest id there can be: Stack Exchange counts in 32 bits.
const maxID = 1<<31 - 1

// own reads the row's own id.
func (f *fields) own() int64 {
	id := f.id("Id")
	if id == 0 {
		f.fail(fault.Bad("Id", "The row has no Id."))
	}
	return id
}

// number reads a count, 0 where it is absent.
func (f *fields) number(name string) int {
	text := f.attrs[name]
	n, err := strconv.ParseInt(text, 10, 32)
	if text != "" && err != nil {
		f.fail(fault.Bad(name, "The row's %s is not a number: %s.", name, text))
	}
	return int(n)
}

// layout is how the dumps write a time, which is always UTC.
const layout = "2006-01-02T15:04:05.999999999"

// time reads a time, the zero time where it is absent.
func (f *fields) time(name string) time.Time {
	text := f.attrs[name]
	at, err := time.Parse(layout, strings.TrimSuffix(text, "Z"))
	if text != "" && err != nil {
		f.fail(fault.Bad(name, "The row's %s is not a time as Stack Exchange writes it: %s.", name, text))
	}
	return at
}

// person reads who stands behind a row.
func (f *fields) person(id, name string) person {
	if user := f.id(id); user != 0 {
		return person{id: user}
	}
	return person{name: strings.TrimSpace(f.attrs[name])}
}

// digest is short, because there is one for every row, and nobody gains by a collision.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return string(sum[:digestSize])
}

const digestSize = 12

// person is somebody as a post names them: by a user's id, or by the name that was left
// when the user was deleted.
type person struct {
	id   int64
	name string
}

// key is the person's key in the table of origins.
func (p person) key() string {
	if p.id != 0 {
		return "user:" + strconv.FormatInt(p.id, 10)
	}
	return "name:" + p.name
}

// shown is the name that is shown for somebody who is not in Users.xml.
func (p person) shown() string {
	switch {
	case p.name != "":
		return p.name
	case p.id != 0:
		return "user" + strconv.FormatInt(p.id, 10)
	}
	return "Deleted user"
}

// kind is what a post is; others than these are no conversation: tag wikis (4, 5), the
// notes of elections and moderators (6, 7), orphans of old wikis (3, 8).
type kind string

const (
	aQuestion kind = "1"
	anAnswer  kind = "2"
)

// post is a question, an answer or a comment.
type post struct {
	row
	kind    kind // empty: a comment
	id      int64
	parent  int64 // the question of an answer, the post of a comment
	author  person
	editor  person
	created time.Time
	edited  time.Time
	score   int

	accepted int64
	closed   bool
}

func (p post) key() string {
	if p.kind == "" {
		return "comment:" + strconv.FormatInt(p.id, 10)
	}
	return postKey(p.id)
}

func postKey(id int64) string { return "post:" + strconv.FormatInt(id, 10) }

// text digests what the author wrote, facts what has become of it.
func (p post) text() string {
	return digest(p.attrs["Title"], p.attrs["Body"], p.attrs["Text"], p.attrs["Tags"])
}

func (p post) facts() string {
	return digest(strconv.Itoa(p.score), p.author.key(), p.attrs["CreationDate"], p.attrs["LastEditDate"])
}

// settled digests how a question ended; it is empty while it has not.
func (p post) settled() string {
	if p.accepted == 0 && !p.closed {
		return ""
	}
	return digest(strconv.FormatInt(p.accepted, 10), strconv.FormatBool(p.closed))
}

// tags returns the tags as somebody would type them. Dumps write <a><b>, newer ones |a|b|.
func (p post) tags() string {
	return strings.Join(strings.FieldsFunc(p.attrs["Tags"], func(r rune) bool { return strings.ContainsRune("<>|", r) }), " ")
}

// readPost reads a row of Posts.xml. The id is there even where the rest is broken, if it
// can be read at all.
func readPost(r row) (post, error) {
	f := &fields{row: r}
	p := f.post("ParentId", "OwnerUserId", "OwnerDisplayName")
	p.kind = kind(r.attrs["PostTypeId"])
	p.editor = f.person("LastEditorUserId", "LastEditorDisplayName")
	p.edited = f.time("LastEditDate")
	p.accepted = f.id("AcceptedAnswerId")
	p.closed = r.attrs["ClosedDate"] != ""
	return p, f.err
}

// readComment reads a row of Comments.xml, as readPost does.
func readComment(r row) (post, error) {
	f := &fields{row: r}
	p := f.post("PostId", "UserId", "UserDisplayName")
	if p.parent == 0 {
		f.fail(fault.Bad("PostId", "The row has no PostId."))
	}
	return p, f.err
}

// post reads what posts and comments share.
func (f *fields) post(parent, user, name string) post {
	p := post{row: f.row, id: f.own(), parent: f.id(parent), author: f.person(user, name),
		created: f.time("CreationDate"), score: f.number("Score")}
	if p.created.IsZero() {
		f.fail(fault.Bad("CreationDate", "The row has no CreationDate."))
	}
	return p
}
