package web

import (
	"sync/atomic"
	"time"
)

// Slowness are the upper ends, in seconds, that answers are counted by.
var Slowness = [...]float64{0.005, 0.02, 0.1, 0.5, 2, 10}

// measures count answers. The zero value is ready.
type measures struct {
	classes [6]atomic.Int64 // by the first digit of the status
	within  [len(Slowness)]atomic.Int64
	micros  atomic.Int64
}

func (m *measures) note(status int, took time.Duration) {
	m.classes[max(0, min(status/100, len(m.classes)-1))].Add(1)
	m.micros.Add(took.Microseconds())
	for i, most := range Slowness {
		if took.Seconds() <= most {
			m.within[i].Add(1)
		}
	}
}

// Measures are how many requests were answered since the start, and how fast.
type Measures struct {
	Classes [6]int64             // by the first digit of the status
	Within  [len(Slowness)]int64 // answered within so many seconds
	All     int64
	Seconds float64 // of all answers together
}

// Measures returns the counts.
func (a *App) Measures() (m Measures) {
	for i := range a.measures.classes {
		m.Classes[i] = a.measures.classes[i].Load()
		m.All += m.Classes[i]
	}
	for i := range a.measures.within {
		m.Within[i] = a.measures.within[i].Load()
	}
	m.Seconds = float64(a.measures.micros.Load()) / 1e6
	return m
}
