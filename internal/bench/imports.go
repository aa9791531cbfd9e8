package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"picus/internal/db"
)

// imports is goal 8: the archive of a list becomes a board.
func (b *bench) imports(ctx context.Context) error {
	mbox, err := openMailbox(b.Dir, b.Seed, b.Messages)
	if err != nil {
		return err
	}
	size, err := os.Stat(mbox)
	if err != nil {
		return err
	}
	data := filepath.Join(b.data, "import")
	took, peak, made, err := b.importAll(ctx, data, mbox)
	if err != nil {
		return err
	}
	if made != b.Messages {
		return fmt.Errorf("%d of %d messages were imported", made, b.Messages)
	}
	disk, err := sizeOf(data)
	if err != nil {
		return err
	}
	how := fmt.Sprintf("picus import mbox of %d messages, %d MB, from start to exit of the process", b.Messages, size.Size()/1e6)
	b.add(Figure{Goal: 8, What: "mbox import", Unit: "messages/s", Floor: 2000, Least: true, How: how}, float64(b.Messages)/took.Seconds())
	b.add(Figure{Goal: 8, What: "its peak memory", Unit: "MB", Floor: 200, How: "ru_maxrss of the process"}, peak)
	b.add(Figure{Goal: 8, What: "its disk, against the mbox", Unit: "times", Floor: 3.5, How: "the data folder after it, against the mbox"}, float64(disk)/float64(size.Size()))
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	return b.resume(ctx, data)
}

// importAll imports a mailbox into a new data folder.
func (b *bench) importAll(ctx context.Context, data, mbox string) (took time.Duration, peak float64, made int, err error) {
	if err := b.newBoard(ctx, data); err != nil {
		return 0, 0, 0, err
	}
	c := b.importing(ctx, data, mbox)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	begun := time.Now()
	if err := c.Run(); err != nil {
		return 0, 0, 0, fmt.Errorf("%w: %.2000s", err, out.String())
	}
	took = time.Since(begun)
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	made, err = newOnes(out.String())
	return took, float64(usage.Maxrss) / 1024, made, err
}

func (b *bench) newBoard(ctx context.Context, data string) error {
	out, err := b.program.command(ctx, "board", "add", "bench", "--title", "Bench", "--data", data).CombinedOutput()
	if err != nil {
		return fmt.Errorf("picus board add: %w: %s", err, out)
	}
	return nil
}

func (b *bench) importing(ctx context.Context, data, mbox string) *exec.Cmd {
	return b.program.command(ctx, "import", "mbox", "--board", "bench", "--data", data, mbox)
}

var newCount = regexp.MustCompile(`: (\d+) new`)

// newOnes reads the summary that an import prints.
func newOnes(out string) (int, error) {
	found := newCount.FindStringSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("the import printed no summary: %.300s", out)
	}
	return strconv.Atoi(found[1])
}

// resume kills an import in the middle and starts it again: the second one has to
// bring what the first one had not, and nothing twice.
func (b *bench) resume(ctx context.Context, data string) error {
	n := max(100, b.Messages/5)
	mbox, err := openMailbox(b.Dir, b.Seed+1, n)
	if err != nil {
		return err
	}
	if err := b.newBoard(ctx, data); err != nil {
		return err
	}
	before, err := b.interrupt(ctx, data, mbox, n/2)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	again := b.importing(ctx, data, mbox)
	again.Stdout = &out
	if err := again.Run(); err != nil {
		return err
	}
	after, err := newOnes(out.String())
	if err != nil {
		return err
	}
	all, err := countPosts(ctx, data)
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 8, What: "posts lost or doubled by a kill and a second run", Unit: "posts", Floor: 0,
		How: fmt.Sprintf("killed after %d of %d messages; the second run brought %d", before, n, after)}, float64(abs(all-n)+abs(before+after-n)))
	return nil
}

// interrupt starts an import and kills it when it has brought half.
func (b *bench) interrupt(ctx context.Context, data, mbox string, half int) (brought int, err error) {
	c := b.importing(ctx, data, mbox)
	if err := c.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for brought < half {
		select {
		case err := <-ended:
			return 0, errors.Join(errors.New("the import ended before it could be killed"), err)
		case <-look.C:
		}
		if brought, err = countPosts(ctx, data); err != nil {
			return 0, err
		}
	}
	if err := c.Process.Kill(); err != nil {
		return 0, err
	}
	<-ended
	return countPosts(ctx, data)
}

func countPosts(ctx context.Context, data string) (n int, err error) {
	d, err := db.Open(ctx, filepath.Join(data, "picus.db"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return db.Value[int](ctx, d, "SELECT count(*) FROM post")
}

// sizeOf adds up the files of a folder.
func sizeOf(dir string) (int64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

func abs(n int) int { return max(n, -n) }
