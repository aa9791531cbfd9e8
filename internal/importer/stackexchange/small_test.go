package stackexchange_test

import (
	"context"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/importer"
	"picus/internal/importer/stackexchange"
	"picus/internal/item"
)

func TestADumpBecomesABoard(t *testing.T) {
	each(t, func(s *site) {
		o := newSmall(t).write()
		if got := s.bring(o); got.Read != 6 || got.New != 6 || got.Refused != 0 {
			t.Errorf("Import() = %+v; want 6 read, 6 new", got)
		}
		q, err := s.rooms.Forum.Thread(t.Context(), account.User{}, s.target("post:10"), forum.View{Source: true})
		if err != nil {
			t.Fatal(err)
		}
		if q.Board.Slug != "hops" || q.Board.Title != "Hops" || q.Title != "Why hops?" || strings.Join(q.Tags, " ") != "hops ale" {
			t.Errorf("board %s (%s), title %q, tags %v; want hops (Hops), Why hops?, [hops ale]", q.Board.Slug, q.Board.Title, q.Title, q.Tags)
		}
		if got, want := q.First.Source, "Why *hops*?"; got != want {
			t.Errorf("source = %q; want %q", got, want)
		}
		if got, want := q.Created.Format("2006-01-02T15:04:05.000"), "2020-01-01T10:00:00.120"; got != want {
			t.Errorf("created = %s; want %s", got, want)
		}
		if q.First.Score != 3 || q.Answers != 2 || q.Posts != 4 || q.State != forum.Solved {
			t.Errorf("score %d, %d answers, %d posts, %s; want 3, 2, 4, solved", q.First.Score, q.Answers, q.Posts, q.State)
		}
		if q.Best == nil || q.Best.Author.Display != "Bob" || q.Best.Score != 5 || len(q.Best.Comments) != 1 {
			t.Fatalf("accepted = %+v; want Bob's with 5 votes and a comment", q.Best)
		}
		if got, want := q.Best.Comments[0].HTML, "<p>1. Thanks &lt;b&gt;</p>\n"; got != want {
			t.Errorf("comment = %q; want %q, because comments know neither lists nor HTML", got, want)
		}
		if len(q.Page) != 1 || q.Page[0].Author.Display != "user77" || q.Page[0].Score != -1 {
			t.Errorf("others = %+v; want one by user77, who was deleted", q.Page)
		}
	})
}

func TestAnotherRunChangesNothing(t *testing.T) {
	each(t, func(s *site) {
		o := newSmall(t).write()
		s.bring(o)
		events := s.count("SELECT count(*) FROM event")
		if got := s.bring(o); got.Known != 6 || got.New+got.Changed+got.Deleted+got.Refused != 0 {
			t.Errorf("second Import() = %+v; want 6 known", got)
		}
		if got := s.count("SELECT count(*) FROM event"); got != events {
			t.Errorf("events after it = %d; want %d", got, events)
		}
	})
}

func TestADryRunWritesNothing(t *testing.T) {
	each(t, func(s *site) {
		o := newSmall(t).write()
		o.DryRun = true
		if got := s.bring(o); got.New != 6 || got.Refused != 0 {
			t.Errorf("Import() = %+v; want 6 new", got)
		}
		for _, table := range []string{"item", "account", "space", "origin"} {
			if got := s.count("SELECT count(*) FROM " + table); got != 0 {
				t.Errorf("rows in %s = %d; want none", table, got)
			}
		}
	})
}

func TestALaterDumpChangesWhatChanged(t *testing.T) {
	each(t, func(s *site) {
		d := newSmall(t)
		s.bring(d.write())
		carol := s.member("carol", account.Member)
		if _, err := s.rooms.Forum.Vote(t.Context(), carol, s.target("post:10"), 1); err != nil {
			t.Fatal(err)
		}
		d.users[1] = `<row Id="2" DisplayName="Robert" />`
		d.posts[0] = strings.NewReplacer(` AcceptedAnswerId="11"`, ``, `Score="3"`, `Score="7"`, `Why &lt;em`, `Wherefore &lt;em`, `&lt;ale`, `&lt;beer`,
			` Title=`, ` LastEditorUserId="2" LastEditDate="2020-02-01T00:00:00.000" ClosedDate="2020-02-02T00:00:00.000" Title=`).Replace(question)
		if got := s.bring(d.write()); got.Changed != 2 || got.Known != 4 || got.New+got.Deleted != 0 {
			t.Errorf("Import() = %+v; want 2 changed, 4 known", got)
		}
		q, all, err := s.rooms.Forum.Revisions(t.Context(), account.User{}, s.target("post:10"))
		if err != nil {
			t.Fatal(err)
		}
		if q.Score != 8 {
			t.Errorf("score = %d; want 8: seven there, one here", q.Score)
		}
		if len(all) != 2 || all[0].Source != "Wherefore *hops*?" || all[0].Display != "Robert" || all[0].At.Format("2006-01-02") != "2020-02-01" {
			t.Errorf("revisions = %+v; want a second one by Robert of 2020-02-01", all)
		}
		if got := s.word("SELECT state || ' ' || tags || ' ' || coalesce(accepted, 0) FROM thread"); got != "closed hops beer 0" {
			t.Errorf("state, tags, accepted = %s; want closed hops beer 0", got)
		}
		if got := s.word("SELECT display FROM account WHERE id = ?", s.target("user:2")); got != "Robert" {
			t.Errorf("name = %s; want Robert", got)
		}
	})
}

func TestATextThatWasEditedHereStays(t *testing.T) {
	each(t, func(s *site) {
		d := newSmall(t)
		s.bring(d.write())
		staff := s.member("dora", account.Moderator)
		_, err := s.rooms.Forum.Edit(t.Context(), staff, forum.Edit{Post: s.target("post:11"), Body: "Because of the taste.", Via: item.Web})
		if err != nil {
			t.Fatal(err)
		}
		d.posts[1] = strings.NewReplacer("Because.", "Because of it.", `Score="5"`, `Score="6"`).Replace(answer)
		got := s.bring(d.write())
		if got.Refused != 1 || !strings.Contains(got.Refusals[0].Reason, "edited here") {
			t.Errorf("Import() = %+v; want the newer text refused", got)
		}
		p, err := s.rooms.Forum.Find(t.Context(), account.User{}, s.target("post:11"))
		if err != nil {
			t.Fatal(err)
		}
		if p.Source != "Because of the taste." || p.Score != 6 {
			t.Errorf("text %q, score %d; want the text from here and the score from there", p.Source, p.Score)
		}
	})
}

func TestWhatIsGoneFromTheDumpIsWithdrawn(t *testing.T) {
	each(t, func(s *site) {
		d := newSmall(t)
		s.bring(d.write())
		d.posts, d.comments = []string{question}, []string{strings.NewReplacer(`"20"`, `"40"`, `"11"`, `"10"`).Replace(comment)}
		s.bring(d.write())
		if got := s.status("post:11") + " " + s.status("post:12"); got != "deleted deleted" {
			t.Errorf("answers = %s; want deleted deleted", got)
		}
		if got := s.word("SELECT state || answers || posts FROM thread"); got != "open02" {
			t.Errorf("state, answers and posts of the thread = %s; want open02", got)
		}
		if got := s.bring(d.write()); got.Changed+got.Deleted != 0 {
			t.Errorf("another Import() = %+v; want nothing changed", got)
		}
		s.bring(newSmallAt(t, d.dir).write())
		if got := s.status("post:11") + " " + s.status("post:12"); got != "live live" {
			t.Errorf("answers once the dump holds them again = %s; want live live", got)
		}
		if got := s.word("SELECT state || answers FROM thread"); got != "solved2" {
			t.Errorf("state and answers = %s; want solved2", got)
		}
	})
}

// newSmallAt is newSmall for a site that has been imported before.
func newSmallAt(t *testing.T, dir string) *small {
	d := newSmall(t)
	d.dir = dir
	return d
}

func TestWhatSomebodyHereRepliedToStays(t *testing.T) {
	rules := []struct {
		name   string
		under  string // what the reply here speaks to
		stays  []string
		leaves []string
	}{
		{"an answer with a comment keeps its question too", "post:12", []string{"post:12", "post:10"}, []string{"post:11", "comment:20"}},
		{"a question with an answer", "post:10", []string{"post:10"}, []string{"post:11", "post:12", "comment:20"}},
		{"a comment with a later one beside it", "post:11", []string{"comment:20", "post:11", "post:10"}, []string{"post:12"}},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			each(t, func(s *site) {
				d := newSmall(s.T)
				s.bring(d.write())
				carol := s.member("carol", account.Member)
				_, err := s.rooms.Forum.Reply(s.Context(), carol, forum.NewPost{Thread: s.target("post:10"), Parent: s.target(rule.under), Body: "I disagree.", Via: item.Web})
				if err != nil {
					s.Fatal(err)
				}
				d.posts = []string{strings.NewReplacer(`"10"`, `"30"`, `"11"`, `"31"`).Replace(question)}
				d.comments = []string{strings.NewReplacer(`"20"`, `"40"`, `"11"`, `"30"`).Replace(comment)}
				s.bring(d.write())
				for _, key := range rule.stays {
					if got := s.status(key); got != "live" {
						s.Errorf("%s is %s; want live", key, got)
					}
				}
				for _, key := range rule.leaves {
					if got := s.status(key); got != "deleted" {
						s.Errorf("%s is %s; want deleted", key, got)
					}
				}
			})
		})
	}
}

func TestWhatWasDeletedHereStaysDeleted(t *testing.T) {
	each(t, func(s *site) {
		o := newSmall(t).write()
		s.bring(o)
		staff := s.member("dora", account.Moderator)
		if err := s.rooms.Forum.Remove(t.Context(), staff, s.target("post:12"), "Rude.", item.Web); err != nil {
			t.Fatal(err)
		}
		if got := s.bring(o); got.Known != 6 || s.status("post:12") != "deleted" {
			t.Errorf("Import() = %+v, and the answer is %s; want 6 known, and it deleted", got, s.status("post:12"))
		}
	})
}

func TestABrokenRowIsNamedAndTheRestGoesOn(t *testing.T) {
	rules := []struct {
		name, row, where, reason string
	}{
		{"XML that is cut off", `<row Id="13" PostTypeId="2" ParentId="10" Body="&lt;p&gt;`, "Posts.xml:4", "not well-formed"},
		{"no id", `<row PostTypeId="2" ParentId="10" CreationDate="2020-01-01T00:00:00" Body="x" />`, "Posts.xml:4", "no Id"},
		{"an id that is no number", `<row Id="x" PostTypeId="1" />`, "Posts.xml:4 (Id x)", "Id is not a number"},
		{"an id out of range", `<row Id="99999999999" PostTypeId="1" />`, "Posts.xml:4 (Id 99999999999)", "not a number that"},
		{"no date", `<row Id="13" PostTypeId="2" ParentId="10" Body="x" />`, "Posts.xml:4 (Id 13)", "no CreationDate"},
		{"a date that is none", `<row Id="13" PostTypeId="2" ParentId="10" CreationDate="yesterday" Body="x" />`, "Posts.xml:4 (Id 13)", "not a time"},
		{"no text", `<row Id="13" PostTypeId="2" ParentId="10" CreationDate="2020-01-01T00:00:00" />`, "Posts.xml:4 (Id 13)", "no text"},
		{"no title", `<row Id="13" PostTypeId="1" CreationDate="2020-01-01T00:00:00" Body="x" />`, "Posts.xml:4 (Id 13)", "title"},
		{"no such question", `<row Id="13" PostTypeId="2" ParentId="99" CreationDate="2020-01-01T00:00:00" Body="x" />`, "Posts.xml:4 (Id 13)", "(Id 99) was not imported"},
		{"an id twice", answer, "(Id 11)", "twice"},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			s := newSite(t, dbtest.SQLite(t))
			d := newSmall(t)
			d.posts = []string{question, rule.row, answer, other}
			got := s.bring(d.write())
			if got.Refused != 1 || got.New != 6 || got.Read != 7 {
				t.Fatalf("Import() = %+v; want 7 read, 6 new, 1 refused", got)
			}
			if r := got.Refusals[0]; !strings.Contains(r.Where, rule.where) || !strings.Contains(r.Reason, rule.reason) {
				t.Errorf("refusal = %+v; want %s at %s", r, rule.reason, rule.where)
			}
		})
	}
}

func TestABrokenRowDoesNotMakeItsPostDisappear(t *testing.T) {
	for name, row := range map[string]string{
		"its id can be read": strings.Replace(answer, "2020-01-02T10:00:00.000", "someday", 1),
		"it has no id":       strings.Replace(answer, `Id="11" `, "", 1),
		"it is cut off":      answer[:len(answer)/2],
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, dbtest.SQLite(t))
			d := newSmall(t)
			s.bring(d.write())
			d.posts[1] = row
			if got := s.bring(d.write()); got.Deleted != 0 || s.status("post:11") != "live" {
				t.Errorf("Import() = %+v, and the answer is %s; want nothing deleted", got, s.status("post:11"))
			}
		})
	}
}

func TestCharactersThatXMLForbidsAreLeftOut(t *testing.T) {
	each(t, func(s *site) {
		d := newSmall(t)
		d.posts[1] = strings.Replace(answer, "Because.", "Be&#x1F;cause&#xA;of it.", 1)
		if got := s.bring(d.write()); got.Refused != 0 {
			t.Fatalf("Import() = %+v; want nothing refused", got)
		}
		if got := s.word("SELECT source FROM revision WHERE item = ?", s.target("post:11")); strings.Join(strings.Fields(got), " ") != "Because of it." {
			t.Errorf("source = %q; want Because of it.", got)
		}
	})
}

func TestAnInterruptedRunIsTakenUp(t *testing.T) {
	each(t, func(s *site) {
		o := newSmall(t).write()
		ctx, stop := context.WithCancel(t.Context())
		reports := 0
		o.Progress = importer.Progress(func(done, total int64) {
			if reports++; reports == 9 { // in the pass of the answers
				stop()
			}
		})
		if _, err := stackexchange.Import(ctx, s.rooms, o); err == nil {
			t.Fatal("Import() of a cancelled context = nil; want an error")
		}
		if s.count("SELECT count(*) FROM item") == 4 {
			t.Fatal("the run was over before it was interrupted")
		}
		o.Progress = nil
		s.bring(o)
		if got := s.count("SELECT count(*) FROM item"); got != 4 {
			t.Errorf("items = %d; want 4", got)
		}
		if got := s.word("SELECT state || answers || posts FROM thread"); got != "solved24" {
			t.Errorf("state, answers, posts = %s; want solved24", got)
		}
	})
}

func TestAPrivateBoardStaysPrivate(t *testing.T) {
	each(t, func(s *site) {
		_, err := s.rooms.Forum.AddBoard(t.Context(), account.Operator(), forum.Board{Slug: "inner", Title: "Inner", MayRead: 2, MayPost: 2})
		if err != nil {
			t.Fatal(err)
		}
		o := newSmall(t).write()
		o.Board = "inner"
		s.bring(o)
		if got := s.word("SELECT title || may_read || may_post FROM space"); got != "Inner22" {
			t.Errorf("the board = %s; want Inner22", got)
		}
		_, err = s.rooms.Forum.Thread(t.Context(), account.User{}, s.target("post:10"), forum.View{})
		if !fault.Is(err, fault.Missing) {
			t.Errorf("a visitor's Thread() = %v; want that there is none", err)
		}
	})
}

func TestAFolderWithoutADumpIsRefused(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t))
	_, err := stackexchange.Import(t.Context(), s.rooms, stackexchange.Options{Dir: t.TempDir()})
	if !fault.Is(err, fault.Missing) || s.count("SELECT count(*) FROM space") != 0 {
		t.Errorf("Import() = %v; want a fault, and no board", err)
	}
}
