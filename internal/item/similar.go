package item

import (
	"context"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/search"
)

// looked is how many titles that share a word are compared for each that is wanted.
const looked = 4

// Similar returns threads, pages and articles that may be about what a title says and
// that by may read, the most similar first.
func (s *Store) Similar(ctx context.Context, by account.User, title string, limit int) ([]Hit, error) {
	ids, err := search.Similar(ctx, s.DB, title, search.Readers{Condition: account.Admits, Args: []any{by.Clearance(), by.Joined()}}, looked*limit)
	if err != nil {
		return nil, err
	}
	var alike []Hit
	for _, id := range ids {
		h, err := s.hit(ctx, by, id)
		if fault.Is(err, fault.Missing) {
			continue // its thread was deleted
		}
		if err != nil {
			return nil, err
		}
		if search.Alike(title, h.Title) {
			alike = append(alike, h)
		}
		if len(alike) == limit {
			break
		}
	}
	return alike, nil
}
