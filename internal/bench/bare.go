package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"
)

// bareSize is a thread's page, packed.
const bareSize = 30_000

// ServeBare is a server that does nothing but send the same 30 KB. It runs in a
// process of its own, and shows what the machine gives on the day.
func ServeBare(ctx context.Context, out io.Writer) error {
	page := bytes.Repeat([]byte("picus "), bareSize/6)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", func(c *fiber.Ctx) error { return c.Send(page) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "bare serves http://%s\n", l.Addr())
	context.AfterFunc(ctx, func() { app.Shutdown() })
	return app.Listener(l)
}

// machine notes what the machine gives: docs/performance.md has the figures of the
// machine that the floors were set on.
func (b *bench) machine(ctx context.Context) (err error) {
	s, err := b.bare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	var cost, rate []float64
	for round := range rounds {
		d, err := s.drive(ctx, uint64(round), time.Second, sixteen(s.visitor().reads(func(*rand.Rand) string { return "/" }))...)
		if err != nil {
			return err
		}
		cost, rate = append(cost, d.each()), append(rate, d.rate())
	}
	b.note("this machine today: a bare Fiber server sends %s times 30 KB a second, for %s CPU ms each; where the floors were set it was 44,000 to 49,000 a second",
		number(median(rate)), number(median(cost)))
	return nil
}

// bare starts the server that does nothing, in a process of its own.
func (b *bench) bare(ctx context.Context) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(b.data, "bare.log"))
	if err != nil {
		return nil, fmt.Errorf("the log of the bare server: %w", err)
	}
	return start(exec.CommandContext(ctx, self, "-bare"), log)
}
