package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	tests := []struct {
		rule   string
		events string
		want   []string
		not    string
	}{
		{"a passed test is counted, and silent",
			`{"Action":"output","Package":"p","Test":"T","Output":"chatter\n"}
			 {"Action":"pass","Package":"p","Test":"T"}`,
			[]string{"1 passed, 0 failed, 0 skipped\n"}, "chatter"},
		{"a failed test says why",
			`{"Action":"output","Package":"p","Test":"T","Output":"got 1; want 2\n"}
			 {"Action":"fail","Package":"p","Test":"T"}`,
			[]string{"got 1; want 2\n", "0 passed, 1 failed, 0 skipped\n"}, "SKIPPED"},
		{"a skipped test is named with its reason",
			`{"Action":"output","Package":"p","Test":"T","Output":"no server\n"}
			 {"Action":"skip","Package":"p","Test":"T"}`,
			[]string{"SKIPPED, which CI does not accept:\nno server\n", "0 passed, 0 failed, 1 skipped\n"}, "FAILED"},
		{"a package's closing line stays",
			`{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}`,
			[]string{"ok  \tp\t0.1s\n"}, "FAILED"},
		{"a package without tests is not mentioned",
			`{"Action":"output","Package":"p","Output":"?   \tp\t[no test files]\n"}
			 {"Action":"skip","Package":"p"}`,
			[]string{"0 passed, 0 failed, 0 skipped\n"}, "no test files"},
		{"a package that does not build counts as a failure",
			`{"Action":"build-output","ImportPath":"p","Output":"undefined: x\n"}
			 {"Action":"fail","Package":"p","FailedBuild":"p"}`,
			[]string{"undefined: x\n", "FAILED: p\n", "0 passed, 1 failed, 0 skipped\n"}, "SKIPPED"},
		{"a test that a panic cut off counts as a failure",
			`{"Action":"output","Package":"p","Test":"T","Output":"panic: boom\n"}
			 {"Action":"fail","Package":"p"}`,
			[]string{"panic: boom\n", "FAILED: p\n", "0 passed, 1 failed, 0 skipped\n"}, "SKIPPED"},
		{"what is no event is passed on", "go: cannot find module\n", []string{"go: cannot find module\n"}, "FAILED"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			var out strings.Builder
			r := report{out: &out, said: map[string][]string{}}
			if err := r.read(strings.NewReader(tt.events)); err != nil {
				t.Fatal(err)
			}
			r.summary(0)
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("report of %s = %q; want %q in it", tt.events, out.String(), want)
				}
			}
			if strings.Contains(out.String(), tt.not) {
				t.Errorf("report of %s = %q; want no %q in it", tt.events, out.String(), tt.not)
			}
		})
	}
}
