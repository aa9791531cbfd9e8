package web

import (
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/mail"
)

// archiveTime is how long the writing of an archive may take altogether.
const archiveTime = 30 * time.Minute

// maxArchives is how many are written at the same time: each keeps a processor busy.
const maxArchives = 2

// threadMailbox is the thread for a mail program: an answer to one of its mails is
// posted in the thread.
func (a *App) threadMailbox(v *visit, id int64) error {
	box, err := a.Mail.ThreadMailbox(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.sendMailbox(box, "thread-"+itoa(id)+".mbox")
}

// archive is everything in sight of a board.
func (a *App) archive(v *visit) error {
	slug, ok := strings.CutSuffix(v.param("file"), ".mbox.gz")
	if !ok {
		return errNothing
	}
	box, err := a.Mail.BoardMailbox(v.ctx(), v.by, slug)
	if err != nil {
		return err
	}
	return v.sendMailbox(box, slug+".mbox.gz")
}

// sendMailbox writes the mailbox while it is sent, packed where its name says so.
func (v *visit) sendMailbox(box *mail.Mailbox, name string) error {
	select {
	case v.app.archives <- struct{}{}:
	default:
		v.Set(fiber.HeaderRetryAfter, "60")
		return fault.Limit("Other archives are being written at the moment. Please try again in a minute.")
	}
	kind := "application/mbox"
	if strings.HasSuffix(name, ".gz") {
		kind = "application/gzip"
	}
	v.Set(fiber.HeaderContentType, kind)
	v.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	conn, done := v.Context().Conn(), v.app.archives
	v.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer func() {
			if broken := recover(); broken != nil { // nothing else stands around this goroutine
				slog.Error("panic while a mailbox was written", "name", name, "panic", broken)
			}
			<-done
		}()
		ctx, stop := context.WithTimeout(context.Background(), archiveTime)
		defer stop()
		to := patient{w, func() { conn.SetWriteDeadline(time.Now().Add(writeTimeout)) }}
		if err := writeMailbox(ctx, to, box, kind == "application/gzip"); err != nil {
			slog.Warn("a mailbox was not sent to its end", "name", name, "error", err)
		}
	})
	return nil
}

func writeMailbox(ctx context.Context, to io.Writer, box *mail.Mailbox, packed bool) error {
	if !packed {
		return box.Write(ctx, to)
	}
	z := gzip.NewWriter(to)
	if err := box.Write(ctx, z); err != nil {
		return err // without the end of the file, whoever reads it knows that it is cut off
	}
	return z.Close()
}

// patient gives the reader the usual time anew for each piece.
type patient struct {
	*bufio.Writer
	more func()
}

func (p patient) Write(b []byte) (int, error) {
	p.more()
	return p.Writer.Write(b)
}
