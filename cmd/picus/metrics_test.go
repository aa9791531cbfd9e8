package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestMetricsAreAtTheirOwnAddress asks there, and at the site's.
func TestMetricsAreAtTheirOwnAddress(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		conf := config{Data: t.TempDir(), Database: database, BaseURL: "http://localhost", Site: "Picus", MailDomain: "picus.example"}
		serve := serveCmd{Listen: "localhost:0", Metrics: "localhost:0"}
		var out bytes.Buffer
		s, err := serve.start(t.Context(), &conf, &out)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			s.stop()
			if err := s.wait(); err != nil {
				t.Errorf("the program ended with %v", err)
			}
		})
		get := func(address string) (int, string) {
			t.Helper()
			res, err := http.Get(address)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(text)
		}
		if status, _ := get(s.URL + "/metrics"); status != http.StatusNotFound {
			t.Errorf("the site answers %d at /metrics; want 404", status)
		}
		if status, text := get(s.URL + "/readyz"); status != http.StatusOK || text != "ready\n" {
			t.Errorf("/readyz answers %d, %q", status, text)
		}
		status, text := get("http://" + s.Metrics.String() + "/metrics")
		if status != http.StatusOK {
			t.Fatalf("the metrics answer %d: %s", status, text)
		}
		for _, want := range []string{`picus_http_requests_total{class="4xx"} 1`, `picus_http_requests_total{class="2xx"} 1`, `picus_http_request_seconds_count 2`,
			`picus_mail_out{state="queued"} 0`, "picus_mail_selftest_late 0", "go_goroutines ", "picus_info{"} {
			if !strings.Contains(text, want) {
				t.Errorf("the metrics do not say %q:\n%s", want, text)
			}
		}
		line := regexp.MustCompile(`^(# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$`)
		for l := range strings.Lines(text) {
			if !line.MatchString(strings.TrimSuffix(l, "\n")) {
				t.Errorf("no line of the format: %q", l)
			}
		}
		if status, _ := get("http://" + s.Metrics.String() + "/"); status != http.StatusNotFound {
			t.Errorf("another page of the address answers %d; want 404", status)
		}
	})
}
