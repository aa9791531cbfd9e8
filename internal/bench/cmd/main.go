// Command cmd measures Picus on a generated community; `make bench` runs it. What
// it prints is explained in docs/performance.md.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"picus/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the rooms that are open here would log what they are asked
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

// run measures and prints. A floor that is missed is no failure: the machine may
// be slow, and the table says it.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	posts := flags.Int("posts", 1_000_000, "posts of the generated community")
	messages := flags.Int("messages", 100_000, "messages of the generated mailbox")
	seed := flags.Uint64("seed", 1, "another seed, another community")
	dir := flags.String("dir", "", "folder for what is generated, and kept (default: the user's cache folder)")
	goals := flags.String("goals", "", "numbers of the goals to measure, with commas between them (default: all)")
	asJSON := flags.Bool("json", false, "print JSON instead of a table")
	bare := flags.Bool("bare", false, "serve 30 KB and nothing else; used by the measurement itself")
	discard := flags.String("discard", "", "take mail at this address and forget it; used by the measurement itself")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *discard != "" {
		return bench.DiscardMail(ctx, *discard, os.Stdout)
	}
	if *bare {
		return bench.ServeBare(ctx, os.Stdout)
	}
	o := bench.Options{Dir: *dir, Posts: *posts, Messages: *messages, Seed: *seed, Log: os.Stderr}
	var err error
	if o.Dir, err = folder(*dir); err != nil {
		return err
	}
	if o.Goals, err = numbers(*goals); err != nil {
		return err
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	return print(os.Stdout, report, *asJSON)
}

func print(out io.Writer, report *bench.Report, asJSON bool) error {
	if !asJSON {
		return report.Write(out)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

// folder returns an absolute path: the program is built and started elsewhere.
func folder(dir string) (string, error) {
	if dir != "" {
		return filepath.Abs(dir)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "picus-bench"), nil
}

func numbers(text string) (all []int, err error) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, fmt.Errorf("%q is not the number of a goal", part)
		}
		all = append(all, n)
	}
	return all, nil
}
