package emulator

import (
	"fmt"
	"time"

	"github.com/dataverse-tally/tally/pkg/emulator/engine/scan"
	"github.com/dataverse-tally/tally/pkg/emulator/engine/token"
)

// How long Dataverse lets a statement run. The shorter limit is for statements with SELECT *, a nested FROM or a JOIN
// (Microsoft's page "Use SQL to query data").
const (
	plainLimit  = 5 * time.Minute
	joinedLimit = 2 * time.Minute
)

// scanLimits only bound the search for words below; what is longer the engine refuses anyway.
var scanLimits = scan.Limits{Bytes: 4 << 20, Tokens: 1 << 20}

// runTimeLimit is how long a statement may run.
//
// A subquery of EXISTS or IN is taken to be no nested FROM: assumed, Microsoft does not say.
func runTimeLimit(text string) time.Duration {
	tokens, err := scan.Tokens(text, scanLimits)
	if err != nil {
		return plainLimit
	}
	inFrom := []bool{false} // by depth of brackets: are we in the FROM clause of a SELECT there
	for i, t := range tokens {
		here := &inFrom[len(inFrom)-1]
		switch {
		case t.Symbol("("):
			if *here && tokens[i+1].Is("SELECT") {
				return joinedLimit
			}
			inFrom = append(inFrom, *here)
		case t.Symbol(")") && len(inFrom) > 1:
			inFrom = inFrom[:len(inFrom)-1]
		case t.Is("JOIN"):
			return joinedLimit
		case t.Is("FROM"):
			*here = true
		case t.Is("SELECT"), t.Is("WHERE"), t.Is("GROUP"), t.Is("HAVING"), t.Is("ORDER"), t.Is("UNION"):
			*here = false
		case t.Symbol("*") && allColumns(tokens[:i], tokens[i+1]):
			return joinedLimit
		}
	}
	return plainLimit
}

// allColumns tells a * that stands for all columns from a product and from COUNT(*): by what is before and after it.
func allColumns(before []token.Token, after token.Token) bool {
	if !(after.Kind == token.End || after.Is("FROM") || after.Symbol(",") || after.Symbol(")") || after.Symbol(";")) || len(before) == 0 {
		return false
	}
	return !before[len(before)-1].Symbol("(")
}

// timedOut is the text that ends a statement. It names the limit in force in Dataverse, also where the emulator's is scaled.
func timedOut(limit time.Duration) string {
	whole := int(limit / time.Second)
	return fmt.Sprintf("The request channel timed out while waiting for a reply after %02d:%02d:%02d.", whole/3600, whole/60%60, whole%60)
}
