package account

import (
	"context"
	"fmt"

	"picus/internal/db"
)

// SetUnreachable notes that mail to somebody's address comes back, or that it arrives
// again. A new address is reachable until mail to it comes back as well.
func (a *Accounts) SetUnreachable(ctx context.Context, tx *db.Tx, id int64, unreachable bool) error {
	var since int64
	if unreachable {
		since = a.millis()
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET unreachable = ? WHERE id = ?", since, id); err != nil {
		return fmt.Errorf("note whether mail arrives: %w", err)
	}
	return nil
}
