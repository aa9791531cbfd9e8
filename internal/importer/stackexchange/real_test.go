package stackexchange_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/importer/stackexchange"
	"picus/internal/realdata"
)

// xmlRow is a row as the test reads it, with a parser of the whole file.
type xmlRow struct {
	ID, PostTypeID, ParentID, PostID, AcceptedAnswerID string
	CreationDate, LastEditDate, ClosedDate             string
	Score                                              int
	Body, Title, Tags, DisplayName                     string
	OwnerUserID, OwnerDisplayName                      string
}

func readXML(t *testing.T, dir, name string) []xmlRow {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Rows []struct {
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"row"`
	}
	if err := xml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	rows := make([]xmlRow, len(all.Rows))
	for i, r := range all.Rows {
		a := map[string]string{}
		for _, attr := range r.Attrs {
			a[attr.Name.Local] = attr.Value
		}
		rows[i] = xmlRow{ID: a["Id"], PostTypeID: a["PostTypeId"], ParentID: a["ParentId"], PostID: a["PostId"],
			AcceptedAnswerID: a["AcceptedAnswerId"], CreationDate: a["CreationDate"], LastEditDate: a["LastEditDate"],
			ClosedDate: a["ClosedDate"], Body: a["Body"], Title: a["Title"], Tags: a["Tags"], DisplayName: a["DisplayName"],
			OwnerUserID: a["OwnerUserId"], OwnerDisplayName: a["OwnerDisplayName"]}
		fmt.Sscan(a["Score"], &rows[i].Score)
	}
	return rows
}

// state is what is to be seen of a question or an answer.
type state struct {
	title, tags, author, created, edited, state, accepted string
	score, answers, posts                                 int
}

// expected works out from the XML alone what has to stand on the site.
func expected(t *testing.T, dir string) map[string]state {
	t.Helper()
	names := map[string]string{}
	for _, u := range readXML(t, dir, "Users.xml") {
		names[u.ID] = strings.Join(strings.Fields(u.DisplayName), " ")
	}
	all := map[string]state{}
	thread := map[string]string{}
	for _, p := range readXML(t, dir, "Posts.xml") {
		if p.PostTypeID != "1" && p.PostTypeID != "2" {
			continue
		}
		s := state{title: strings.Join(strings.Fields(p.Title), " "), author: names[p.OwnerUserID], score: p.Score,
			created: p.CreationDate, edited: p.LastEditDate, accepted: p.AcceptedAnswerID,
			tags: strings.Join(strings.Fields(strings.NewReplacer("<", " ", ">", " ").Replace(p.Tags)), " ")}
		if p.OwnerUserID == "" {
			s.author = p.OwnerDisplayName
		}
		thread[p.ID] = p.ID
		if p.PostTypeID == "2" {
			thread[p.ID] = p.ParentID
		} else {
			s.posts, s.state = 1, "open"
			if p.AcceptedAnswerID != "" {
				s.state = "solved"
			}
			if p.ClosedDate != "" {
				s.state = "closed"
			}
		}
		all[p.ID] = s
	}
	for id, q := range thread {
		if id == q {
			continue
		}
		s := all[q]
		s.answers++
		s.posts++
		if s.state == "open" {
			s.state = "answered"
		}
		all[q] = s
	}
	for _, c := range readXML(t, dir, "Comments.xml") {
		if s, ok := all[thread[c.PostID]]; ok {
			s.posts++
			all[thread[c.PostID]] = s
		}
	}
	return all
}

// found reads the same from the database.
func (s *site) found() map[string]state {
	s.Helper()
	type entry struct {
		key string
		state
	}
	rows, err := db.All(s.Context(), s.db, func(r db.Row) (e entry, err error) {
		var created, edited int64
		err = r.Scan(&e.key, &e.title, &e.author, &created, &edited, &e.score, &e.tags, &e.state.state, &e.answers, &e.posts, &e.accepted)
		e.created, e.edited = stamp(created), stamp(edited)
		return e, err
	}, `
		SELECT o.key, i.title, a.display, i.created, i.edited, p.score, coalesce(t.tags, ''), coalesce(t.state, ''), coalesce(t.answers, 0),
			coalesce(t.posts, 0), coalesce((SELECT substr(ao.key, 6) FROM origin ao WHERE ao.target = t.accepted AND ao.key LIKE 'post:%'), '')
		FROM origin o JOIN item i ON i.id = o.target JOIN account a ON a.id = i.author JOIN post p ON p.item = i.id LEFT JOIN thread t ON t.item = i.id
		WHERE o.key LIKE 'post:%' AND i.status = 'live'`)
	if err != nil {
		s.Fatal(err)
	}
	all := map[string]state{}
	for _, e := range rows {
		all[strings.TrimPrefix(e.key, "post:")] = e.state
	}
	return all
}

func stamp(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000")
}

// check compares the site with the XML, post by post, and then the counters.
func (s *site) check(dir string) {
	s.Helper()
	want, got := expected(s.T, dir), s.found()
	wrong := 0
	for id, w := range want {
		if g := got[id]; g != w && wrong < 5 {
			wrong++
			s.Errorf("post %s is\n%+v; want\n%+v", id, g, w)
		}
	}
	if len(got) != len(want) {
		s.Errorf("questions and answers = %d; want %d", len(got), len(want))
	}
	tags := map[string]int{}
	questions := 0
	for _, w := range want {
		for _, tag := range strings.Fields(w.tags) {
			tags[tag]++
		}
		if w.posts > 0 {
			questions++
		}
	}
	for tag, n := range tags {
		if got := s.count("SELECT items FROM tag WHERE name = ?", tag); got != n {
			s.Errorf("questions with the tag %s = %d; want %d", tag, got, n)
		}
	}
	if got := s.count("SELECT threads FROM space"); got != questions {
		s.Errorf("threads of the board = %d; want %d", got, questions)
	}
	comments := len(readXML(s.T, dir, "Comments.xml"))
	if got := s.count("SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.kind = 'comment' AND i.status = 'live'"); got != comments {
		s.Errorf("comments = %d; want %d", got, comments)
	}
	if got := s.count("SELECT count(*) FROM search"); got != len(want)+comments {
		s.Errorf("entries in the index = %d; want %d", got, len(want)+comments)
	}
}

// unpacked returns the folder of a site's dump.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	root := realdata.Extract(t, "stackexchange.tar.gz")
	found, err := filepath.Glob(filepath.Join(root, "*", name))
	if err == nil && len(found) == 0 {
		found, err = filepath.Glob(filepath.Join(root, name))
	}
	if err != nil || len(found) != 1 {
		t.Fatalf("folders called %s = %v, %v; want one", name, found, err)
	}
	return found[0]
}

func TestBeerAndBeerThreeMonthsLater(t *testing.T) {
	first := unpacked(t, "beer.stackexchange.com-2016-09")
	later := filepath.Join(filepath.Dir(first), "beer.stackexchange.com-2016-12")
	s := newSite(t, dbtest.SQLite(t))

	if got := s.bring(stackexchange.Options{Dir: first}); got.Refused != 0 || got.New != got.Read {
		t.Errorf("Import(2016-09) = %+v; want everything new", got)
	}
	s.check(first)
	if got := s.bring(stackexchange.Options{Dir: later}); got.Refused != 0 || got.Deleted != 2+34+14 {
		t.Errorf("Import(2016-12) = %+v; want 2 questions, 34 answers and 14 comments deleted", got)
	}
	s.check(later)
	for query, want := range map[string]int{
		"SELECT count(*) FROM thread WHERE kind = 'question' AND state <> 'deleted'":                                             591,
		"SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.kind = 'answer' AND i.status = 'live'":                 1398,
		"SELECT count(*) FROM thread WHERE accepted IS NOT NULL AND state <> 'deleted'":                                          359,
		"SELECT count(*) FROM thread t JOIN item i ON i.id = t.item WHERE i.status = 'deleted'":                                  2,
		"SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.kind = 'answer' AND i.status = 'deleted'":              34,
		"SELECT count(*) FROM removal WHERE why <> 'No longer in the Stack Exchange dump.'":                                      0,
		"SELECT count(*) FROM revision r JOIN item i ON i.id = r.item WHERE r.seq > 1 AND i.head_rev = r.id AND r.at < i.edited": 0,
		"SELECT count(*) FROM job":          0,
		"SELECT count(*) FROM subscription": 0,
	} {
		if got := s.count(query); got != want {
			t.Errorf("%s = %d; want %d", query, got, want)
		}
	}
	if got := s.bring(stackexchange.Options{Dir: later}); got.Known != got.Read || got.Deleted != 0 {
		t.Errorf("another Import(2016-12) = %+v; want everything known", got)
	}
	s.checkTexts(later, 300)
}

func TestConlangOnBothDatabases(t *testing.T) {
	dir := unpacked(t, "conlang.meta.stackexchange.com-2020")
	each(t, func(s *site) {
		if got := s.bring(stackexchange.Options{Dir: dir}); got.Refused != 0 || got.New != got.Read {
			s.Errorf("Import() = %+v; want everything new", got)
		}
		s.check(dir)
		if got := s.word("SELECT slug || ' ' || title FROM space"); got != "conlang-meta Conlang Meta" {
			s.Errorf("board = %s; want conlang-meta Conlang Meta", got)
		}
		if got := s.bring(stackexchange.Options{Dir: dir}); got.Known != got.Read {
			s.Errorf("another Import() = %+v; want everything known", got)
		}
	})
}

func TestFormulasAreKept(t *testing.T) {
	dir := unpacked(t, "quantumcomputing.stackexchange.com-2018")
	s := newSite(t, dbtest.SQLite(t))
	if got := s.bring(stackexchange.Options{Dir: dir}); got.Refused != 0 || got.New != got.Read {
		t.Errorf("Import() = %+v; want everything new", got)
	}
	s.checkTexts(dir, 300)
}

// checkTexts compares what is to be read of a sample of posts with what was to be read there.
func (s *site) checkTexts(dir string, sample int) {
	s.Helper()
	seen, same := 0, 0
	posts := readXML(s.T, dir, "Posts.xml")
	for i := 0; i < len(posts) && seen < sample; i += max(1, len(posts)/(sample*5/4)) {
		p := posts[i]
		if p.PostTypeID != "1" && p.PostTypeID != "2" {
			continue
		}
		seen++
		shown := s.word("SELECT r.html FROM origin o JOIN item i ON i.id = o.target JOIN revision r ON r.id = i.head_rev WHERE o.key = ?", "post:"+p.ID)
		if readable(s.T, shown) == readable(s.T, p.Body) {
			same++
		} else {
			s.Logf("post %s reads\n%s; want\n%s", p.ID, readable(s.T, shown), readable(s.T, p.Body))
		}
	}
	s.Logf("%d of %d posts read the same", same, seen)
	if seen < sample*9/10 || same < seen-1 {
		s.Errorf("posts that read the same = %d of %d; want all but one at most", same, seen)
	}
}

// blocks are elements that end a line of text.
const blocks = " p li td th br pre h1 h2 h3 h4 h5 h6 blockquote hr tr div "

// readable returns the words of HTML. Images are left out: of those from elsewhere the site
// shows where they are.
func readable(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "class" && strings.Contains(a.Val, "ext-image") {
				return
			}
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if strings.Contains(blocks, " "+n.Data+" ") {
			b.WriteString(" ")
		}
	}
	walk(doc)
	return strings.Join(strings.Fields(b.String()), " ")
}
