//go:build race

package web

// slowness is high where the race detector looks on: what it costs is no fault of a handler.
const slowness = 6
