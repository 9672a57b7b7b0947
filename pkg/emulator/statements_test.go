package emulator

import (
	"strings"
	"testing"

	"github.com/dataverse-tally/tally/pkg/emulator/sqltype"
	"github.com/stretchr/testify/assert"
)

func TestTheLogForgetsTheOldestStatementsFirst(t *testing.T) {
	log := statementLog{limit: 3}
	for _, text := range []string{"a", "b", "c", "d"} {
		log.add(Statement{Text: text})
	}
	texts := ""
	for _, s := range log.statements() {
		texts += s.Text
	}
	assert.Equal(t, "bcd", texts)
	assert.EqualValues(t, 4, log.count().Statements)
}

func TestTheLogIsBoundedInBytes(t *testing.T) {
	log := statementLog{limit: 1000}
	large := strings.Repeat("x", statementBytes/4)
	for range 10 {
		log.add(Statement{Text: large, Params: []sqltype.Param{{Value: large}, {Value: nil}}})
	}
	assert.Len(t, log.statements(), 2)
	log.add(Statement{Text: strings.Repeat("y", 2*statementBytes)})
	assert.Len(t, log.statements(), 1, "the last one is kept")
	log.clear()
	assert.Zero(t, log.bytes)
}
