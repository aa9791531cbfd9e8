package account

import (
	"context"
	"fmt"

	"picus/internal/db"
)

// RenameShadow has a shadow show the name that its source gives it now. Whoever has
// claimed the account since calls themselves what they like.
func (a *Accounts) RenameShadow(ctx context.Context, tx *db.Tx, id int64, display string) error {
	display = shownName(display)
	if display == "" {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE account SET display = ? WHERE id = ? AND status = 'shadow'", display, id)
	if err != nil {
		return fmt.Errorf("rename a shadow: %w", err)
	}
	return nil
}
