package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"picus/internal/db"
)

type backupCmd struct {
	File string `arg:"" help:"File to write; it must not exist."`
}

// Help says what is in a backup.
func (backupCmd) Help() string {
	return "Example: picus backup /var/backups/picus-$(date +%F).db\nThe file is a complete database; keep it where nobody else can read it."
}

// Run writes the copy.
func (b *backupCmd) Run(ctx context.Context, c *config) error {
	if c.Database != "" {
		return errors.New("the database is PostgreSQL; back it up with pg_dump")
	}
	path := filepath.Join(c.Data, "picus.db")
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database in the data folder %s: %w", c.Data, reason(err))
	}
	if err := db.Backup(ctx, path, b.File); err != nil {
		return err
	}
	_, err := fmt.Println("Wrote " + b.File)
	return err
}

type restoreCmd struct {
	File  string `arg:"" help:"Backup to restore."`
	Force bool   `help:"Replace a database that is there."`
}

// Run checks the backup and puts it into the data folder. The server must not run.
func (r *restoreCmd) Run(ctx context.Context, c *config) error {
	if c.Database != "" {
		return errors.New("the database is PostgreSQL; restore it with pg_restore")
	}
	lock, err := c.lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	target := filepath.Join(c.Data, "picus.db")
	if _, err := os.Stat(target); err == nil && !r.Force {
		return fmt.Errorf("there is a database in %s already; use --force to replace it", c.Data)
	}
	if err := db.Restore(ctx, r.File, target); err != nil {
		return err
	}
	_, err = fmt.Printf("Restored %s into %s\n", r.File, c.Data)
	return err
}
