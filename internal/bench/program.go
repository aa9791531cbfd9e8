package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// program is Picus, built as `make release` builds it.
type program struct {
	binary string
	log    string // where servers write what they have to say
}

func buildProgram(ctx context.Context, dir string) (*program, error) {
	p := &program{binary: filepath.Join(dir, "picus"), log: filepath.Join(dir, "server.log")}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "sqlite_fts5", "-ldflags", "-s -w", "-o", p.binary, "picus/cmd/picus")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build picus: %w\n%s", err, out)
	}
	return p, nil
}

// command is the program with arguments, away from the settings of whoever runs us.
func (p *program) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, p.binary, args...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "PICUS_") {
			c.Env = append(c.Env, setting)
		}
	}
	return c
}

// server is a running `picus serve`.
type server struct {
	process
	url string
	cmd *exec.Cmd
	log *os.File
}

var serves = regexp.MustCompile(`serves (http://\S+)`)

// serve starts the site in the data folder. It writes its log to a file, as it would under systemd.
func (p *program) serve(ctx context.Context, data string) (*server, error) {
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	return start(p.command(ctx, "serve", "--data", data, "--listen", "127.0.0.1:0", "--smtp", "", "--lmtp", ""), log)
}

// serveMail is serve with an open mail door at an address, and a relay where one is named.
func (p *program) serveMail(ctx context.Context, data, door, relay string, settings ...string) (*server, error) {
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	c := p.command(ctx, "serve", "--data", data, "--listen", "127.0.0.1:0", "--smtp", door, "--lmtp", "", "--relay", relay, "--grace", "0s")
	c.Env = append(c.Env, settings...)
	return start(c, log)
}

// start starts a command that serves HTTP and returns when it has said where.
func start(c *exec.Cmd, log *os.File) (*server, error) {
	s := &server{log: log, cmd: c}
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.process = process(s.cmd.Process.Pid)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := serves.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("the server ended before it said its address"), s.cmd.Wait(), log.Close(), said(log.Name()))
}

// said returns the end of a log as an error.
func said(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return errors.New(string(text[max(0, len(text)-1000):]))
}

// stop ends the server as systemd would.
func (s *server) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	return errors.Join(err, s.cmd.Wait(), s.log.Close())
}

// firstPages measures how long after its start a server shows each of two pages.
func (p *program) firstPages(ctx context.Context, data string, paths ...string) ([]time.Duration, error) {
	begun := time.Now()
	s, err := p.serve(ctx, data)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, path := range paths {
		if err := get(s.url + path); err != nil {
			return nil, errors.Join(err, s.stop())
		}
		took = append(took, time.Since(begun))
	}
	return took, s.stop()
}

func get(url string) error {
	client := http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	a, err := client.Get(url)
	if err != nil {
		return err
	}
	a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", url, a.Status)
	}
	return nil
}

// address is where the server listens, without the scheme.
func (s *server) address() string {
	host := strings.TrimPrefix(s.url, "http://")
	if _, _, err := net.SplitHostPort(host); err != nil {
		return net.JoinHostPort(host, "80")
	}
	return host
}
