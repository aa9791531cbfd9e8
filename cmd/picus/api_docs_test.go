package main

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"picus/account"
)

var example = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestTheExamplesOfTheAPIRun runs what docs/api.md shows, one example after the other.
func TestTheExamplesOfTheAPIRun(t *testing.T) {
	for _, program := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not installed")
		}
	}
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	c := settle(t, "", nil)
	ada, err := c.accounts.Add(t.Context(), account.Registration{Name: "ada", Email: "ada@example.org", Password: password}, account.Moderator)
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.accounts.NewToken(t.Context(), ada, "docs", []string{"read", "write", "moderate"})
	if err != nil {
		t.Fatal(err)
	}
	script := "set -eu\npicus() { echo " + token + "; }\ncurl() { command curl -sS -w '%{stderr}%{http_code}\\n' \"$@\"; }\n"
	for _, one := range example.FindAllStringSubmatch(string(text), -1) {
		script += strings.ReplaceAll(one[1], "http://localhost:8080", c.URL)
	}
	run := exec.CommandContext(t.Context(), "bash", "-c", script)
	run.Dir = t.TempDir()
	var out, statuses strings.Builder
	run.Stdout, run.Stderr = &out, &statuses
	if err := run.Run(); err != nil {
		t.Fatalf("the examples end with %v\n%s%s", err, statuses.String(), out.String())
	}
	want := []string{"200", "200", "200", "201", "201", "200", "200", "201", "201", "200", "200", "200", "304", "422"}
	if got := strings.Fields(statuses.String()); !slices.Equal(got, want) {
		t.Errorf("the examples are answered %v; want %v\n%s", got, want, out.String())
	}
	if !strings.Contains(out.String(), "/trace.log") {
		t.Errorf("the answers do not hold the file that was sent: %s", out.String())
	}
}
