// Command picus is the whole site in one binary: it serves it, and it is the
// operator's tool for what is done outside the browser.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"picus/internal/fault"
)

// version is set by the linker.
var version = "development"

// commands is the command line; each command is in a file of its own.
type commands struct {
	Config kong.ConfigFlag `help:"Read settings from this TOML file." placeholder:"FILE"`
	config

	Serve   serveCmd   `cmd:"" help:"Serve the site, and take and send its mail."`
	User    userCmd    `cmd:"" help:"Add people, set their passwords, list, suspend and promote them."`
	Board   boardCmd   `cmd:"" help:"Add, change and list boards."`
	Group   groupCmd   `cmd:"" help:"Make groups of people, for boards that are not for everybody."`
	Tag     tagCmd     `cmd:"" help:"Give tags other names, and merge those that mean the same."`
	Import  importCmd  `cmd:"" help:"Bring in what was written elsewhere. A second run brings in what is new."`
	Backup  backupCmd  `cmd:"" help:"Write a consistent copy of the database while the server runs."`
	Restore restoreCmd `cmd:"" help:"Put a backup in the place of the database."`
	Render  renderCmd  `cmd:"" help:"Read Markdown and write the HTML that the site would show."`
	Mail    mailCmd    `cmd:"" help:"Read one message: explain it, or deliver it."`
	Check   checkCmd   `cmd:"" help:"Check the settings, the database and the mail relay."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run is the program but for the process around it; it returns the exit code.
func run(ctx context.Context, args []string) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("picus"), kong.Description("A community's home: forum, wiki, blogs and mailing lists in one binary."),
		kong.Configuration(readSettings), kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError())
	if err != nil {
		panic(err) // the command line itself is wrong: a bug
	}
	if len(args) == 0 || args[0] == "help" {
		args = append(args[min(len(args), 1):], "--help") // what people type first
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return exitUsage
	}
	if err := parsed.Run(&c.config, &c.Import); err != nil {
		fmt.Fprintln(os.Stderr, "picus: "+err.Error())
		return exitCode(err)
	}
	return 0
}

// Exit codes of sysexits.h, which mail programs understand.
const (
	exitFailure   = 1
	exitUsage     = 64
	exitData      = 65
	exitNoUser    = 67
	exitTemporary = 75
	exitDenied    = 77
)

// exitCode translates an error, once, for who called the program.
func exitCode(err error) int {
	var coded exitError
	if errors.As(err, &coded) {
		return coded.code
	}
	switch fault.KindOf(err) {
	case fault.Invalid:
		return exitData
	case fault.Missing:
		return exitNoUser
	case fault.Forbidden, fault.Unknown:
		return exitDenied
	case fault.Limited:
		return exitTemporary
	}
	return exitFailure
}

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }
func (e exitError) Unwrap() error { return e.err }

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	_, err := fmt.Println("picus " + version)
	return err
}
