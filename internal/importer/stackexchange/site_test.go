package stackexchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"picus/internal/dbtest"
	"picus/internal/importer/stackexchange"
)

func TestTheFolderNamesTheSiteAndItsBoard(t *testing.T) {
	rules := []struct{ folder, source, slug, title string }{
		{"beer.stackexchange.com-2016-09", "stackexchange:beer.stackexchange.com", "beer", "Beer"},
		{"beer.stackexchange.com_20240331", "stackexchange:beer.stackexchange.com", "beer", "Beer"},
		{"conlang.meta.stackexchange.com-2020", "stackexchange:conlang.meta.stackexchange.com", "conlang-meta", "Conlang Meta"},
		{"AskUbuntu.com", "stackexchange:askubuntu.com", "askubuntu", "Askubuntu"},
		{"论坛", "stackexchange:论坛", "stackexchange", "Stackexchange"},
	}
	for _, rule := range rules {
		t.Run(rule.folder, func(t *testing.T) {
			s := newSite(t, dbtest.SQLite(t))
			d := newSmall(t)
			d.dir = filepath.Join(filepath.Dir(d.dir), rule.folder)
			s.bring(d.write())
			if got, want := s.word("SELECT source FROM origin LIMIT 1"), rule.source; got != want {
				t.Errorf("source = %s; want %s", got, want)
			}
			if got, want := s.word("SELECT slug || ' ' || title FROM space"), rule.slug+" "+rule.title; got != want {
				t.Errorf("board = %s; want %s", got, want)
			}
		})
	}
}

func TestAFolderThatIsGivenAsADotHasItsName(t *testing.T) {
	s := newSite(t, dbtest.SQLite(t))
	d := newSmall(t)
	d.write()
	t.Chdir(d.dir)
	if _, err := os.Stat("Posts.xml"); err != nil {
		t.Fatal(err)
	}
	s.bring(stackexchange.Options{Dir: "."})
	if got := s.word("SELECT slug FROM space"); got != "hops" {
		t.Errorf("board = %s; want hops", got)
	}
}
