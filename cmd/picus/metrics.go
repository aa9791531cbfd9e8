package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"picus/mail"
	"picus/web"
)

// metricsTime is what one look at the metrics may take.
const metricsTime = 5 * time.Second

// serveMetrics answers Prometheus, at an address of its own that no reader of the site
// reaches, until ctx ends.
func (s *site) serveMetrics(ctx context.Context, app *web.App) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		ctx, done := context.WithTimeout(r.Context(), metricsTime)
		defer done()
		var out strings.Builder
		if err := s.measure(ctx, &out, app); err != nil {
			slog.Error("metrics", "error", err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		io.WriteString(w, out.String()) // who has hung up misses it
	})
	server := &http.Server{Handler: mux, ReadTimeout: metricsTime, WriteTimeout: 2 * metricsTime, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(s.metrics); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// measure writes every metric in the text format of Prometheus.
func (s *site) measure(ctx context.Context, out io.Writer, app *web.App) error {
	measureWeb(out, app.Measures())
	jobs, err := s.jobs.Counts(ctx)
	if err != nil {
		return err
	}
	head(out, "picus_jobs", "gauge", "Jobs by kind and state.")
	for _, c := range jobs {
		fmt.Fprintf(out, "picus_jobs{kind=%q,state=%q} %d\n", c.Kind, c.State, c.N)
	}
	m, err := s.mail.Measures(ctx)
	if err != nil {
		return err
	}
	measureMail(out, m)
	measureProcess(out)
	return nil
}

func head(out io.Writer, name, kind, help string) {
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func gauge(out io.Writer, name, help string, value float64) {
	head(out, name, "gauge", help)
	fmt.Fprintf(out, "%s %g\n", name, value)
}

func measureWeb(out io.Writer, m web.Measures) {
	head(out, "picus_http_requests_total", "counter", "Answers by class of status.")
	for class, n := range m.Classes {
		if class > 0 {
			fmt.Fprintf(out, "picus_http_requests_total{class=\"%dxx\"} %d\n", class, n)
		}
	}
	head(out, "picus_http_request_seconds", "histogram", "Time of an answer.")
	for i, most := range web.Slowness {
		fmt.Fprintf(out, "picus_http_request_seconds_bucket{le=\"%g\"} %d\n", most, m.Within[i])
	}
	fmt.Fprintf(out, "picus_http_request_seconds_bucket{le=\"+Inf\"} %d\n", m.All)
	fmt.Fprintf(out, "picus_http_request_seconds_sum %g\npicus_http_request_seconds_count %d\n", m.Seconds, m.All)
}

func measureMail(out io.Writer, m mail.Measures) {
	head(out, "picus_mail_out", "gauge", "Outgoing mails by state.")
	for _, state := range slices.Sorted(maps.Keys(m.Out)) {
		fmt.Fprintf(out, "picus_mail_out{state=%q} %d\n", state, m.Out[state])
	}
	gauge(out, "picus_mail_oldest_queued_seconds", "Age of the oldest mail that waits.", m.Oldest.Seconds())
	gauge(out, "picus_mail_unread", "Mails that came in and wait to be read.", float64(m.Unread))
	gauge(out, "picus_mail_sent_today", "Mails about posts that went out today.", float64(m.Today))
	late := 0.0
	if m.Late {
		late = 1
	}
	gauge(out, "picus_mail_selftest_late", "1 where the hourly test mail has not come in again.", late)
	gauge(out, "picus_mail_selftest_seconds", "How long the last test mail took.", m.SelfTest.Took.Seconds())
}

// measureProcess tells of the process itself. Where the system does not say, it is 0.
func measureProcess(out io.Writer) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	gauge(out, "go_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	gauge(out, "go_memstats_heap_alloc_bytes", "Memory in use on the heap.", float64(memory.HeapAlloc))
	gauge(out, "go_memstats_sys_bytes", "Memory taken from the system.", float64(memory.Sys))
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		files = nil
	}
	gauge(out, "process_open_fds", "Open files and connections.", float64(len(files)))
	head(out, "picus_info", "gauge", "The version that runs.")
	fmt.Fprintf(out, "picus_info{version=%q} 1\n", version)
}
