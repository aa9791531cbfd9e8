package importer_test

import (
	"testing"

	"picus/internal/importer"
)

func TestRefusalsAreCountedBeyondTheOnesThatAreNamed(t *testing.T) {
	var s importer.Summary
	for range importer.MaxRefusals + 7 {
		s.Refuse("Posts.xml:3", "the row has no Id")
	}

	if got, want := len(s.Refusals), importer.MaxRefusals; got != want {
		t.Errorf("named refusals = %d; want %d", got, want)
	}
	if got, want := s.Refused, importer.MaxRefusals+7; got != want {
		t.Errorf("Refused = %d; want %d", got, want)
	}
	if got, want := s.Unnamed(), 7; got != want {
		t.Errorf("Unnamed() = %d; want %d", got, want)
	}
}
