//go:build !race

package web

// slowness is how many times slower than a machine in use this build is.
const slowness = 1
