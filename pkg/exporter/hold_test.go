package exporter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dataverse-tally/tally/pkg/dataverse"
)

// What a refusal means for one query it means for all: the login is everybody's, and so is what Dataverse allows.
func TestARefusalPutsAllQueriesOff(t *testing.T) {
	for class, want := range map[dataverse.Class]time.Duration{
		dataverse.ClassAuth:          10 * time.Second,
		dataverse.ClassTokenExpired:  10 * time.Second, // that of the fresh token too
		dataverse.ClassThrottledTime: 10 * time.Second,
		dataverse.ClassServerTimeout: 0,
		dataverse.ClassUnreachable:   0,
	} {
		var h hold
		assert.Equal(t, want, h.refused(class, 10*time.Second), class)
	}
}
