package forum_test

import (
	"os"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

// TestPostsAreShownAfterAnUpgrade gives what is shown of the posts the form that it had
// before its text was kept apart, with when a post was last spoken of among the facts.
func TestPostsAreShownAfterAnUpgrade(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.board(forum.Board{Slug: "talk", Title: "Talk", MayPost: 1})
		asked := w.ask(ada, "How?")
		engine := "sqlite"
		if w.DB.Postgres() {
			engine = "postgres"
		}
		upgrade, err := os.ReadFile("../internal/db/schema/" + engine + "/0026_showntext.sql")
		if err == nil {
			err = w.DB.Write(w.Context(), func(tx *db.Tx) error {
				if _, err := tx.Exec(w.Context(), "UPDATE shown SET facts = facts || ' 0'"); err != nil {
					return err
				}
				_, err := tx.Exec(w.Context(), string(upgrade))
				return err
			})
		}
		if err != nil {
			w.Fatal(err)
		}
		w.shownAsFound(ada, asked.Post)
		if _, err := w.forum.Reply(w.Context(), ada, forum.NewPost{Thread: asked.Thread, Body: "Like this.", Via: item.Web}); err != nil {
			w.Fatal(err)
		}
	})
}
