# Picus: build, run, test. `make help` lists the targets.

# With a shell named here, make looks programs up in the PATH exported below.
SHELL := /bin/bash
export PATH := $(PATH):/usr/local/go/bin
export CGO_ENABLED := 1

TAGS    := sqlite_fts5
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION)

.PHONY: build release run test cover bench kills generate help need

build: need ## build ./picus, one self-contained binary
	go build -trimpath -buildvcs=false -tags $(TAGS) -ldflags '$(LDFLAGS)' -o picus ./cmd/picus

release: LDFLAGS += -s -w
release: build ## the same without debugging symbols, a third smaller

run: build ## serve http://localhost:8080 from ./data, mail on :2525 (SMTP) and :2524 (LMTP)
	exec ./picus serve

test: ## every check that CI runs; installs Debian packages when it is root
	test/run

cover: need ## show which lines the tests reach (on SQLite alone)
	go test -tags $(TAGS) -coverpkg=./... -coverprofile=cover.out ./...
	go tool cover -html=cover.out

bench: need ## measure the goals of docs/performance.md on a generated community
	go run -tags $(TAGS) ./internal/bench/cmd

kills: need ## kill the server 200 times while 5,000 mails come in, 100 times while as many go out, 280 times at every stage of sending, 100 times while it reads a mailbox, and 1,000 times under a mixed load, on each engine
	PICUS_TEST_KILLS=200 PICUS_TEST_MAILS=5000 PICUS_TEST_KILLS_OUT=100 PICUS_TEST_KILLS_STAGE=40 test/postgres go test -tags $(TAGS) -count=1 -v -timeout 60m -run TestKilled ./cmd/picus
	PICUS_TEST_KILLS_MIXED=1000 PICUS_TEST_KILLS_IMAP=100 PICUS_TEST_MAILS_IMAP=5000 test/postgres go test -tags $(TAGS) -count=1 -v -timeout 3h -run TestKilled ./mail

generate: ## write the generated files again: Go from *.templ, and what go:generate names
	go tool templ generate
	go generate -tags $(TAGS) ./...

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# SQLite is C: without a compiler and its headers Go would fail with a riddle.
need:
	@command -v go >/dev/null || { echo "Picus is built with Go 1.26 or newer: see https://go.dev/doc/install" >&2; exit 1; }
	@echo '#include <stdlib.h>' | $${CC:-gcc} -E -x c - >/dev/null 2>&1 || { \
		echo "Picus needs a C compiler, for SQLite. On Debian: apt-get install gcc libc6-dev" >&2; exit 1; }
