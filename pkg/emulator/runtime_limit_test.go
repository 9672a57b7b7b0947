package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestStatementsWithJoinStarOrNestedFromHaveTheShorterLimit(t *testing.T) {
	tests := map[string]time.Duration{
		"SELECT name FROM queue":                                                        plainLimit,
		"SELECT COUNT(*) AS n FROM queue":                                               plainLimit,
		"SELECT 2 * 3 AS n FROM queue":                                                  plainLimit,
		"SELECT q.a * q.b AS n FROM queue AS q":                                         plainLimit,
		"SELECT name FROM queue WHERE name = 'x JOIN y'":                                plainLimit,
		"SELECT name FROM queue -- SELECT * JOIN":                                       plainLimit,
		"SELECT [join] FROM queue":                                                      plainLimit,
		"SELECT name FROM queue WHERE EXISTS (SELECT 1 AS one FROM systemuser)":         plainLimit,
		"SELECT name FROM queue WHERE queueid IN (SELECT queueid FROM queue)":           plainLimit,
		"SELECT (SELECT COUNT(*) FROM queue) AS n FROM systemuser":                      plainLimit,
		"SELECT 'unclosed":                                                              plainLimit,
		"SELECT * FROM queue":                                                           joinedLimit,
		"select*from queue":                                                             joinedLimit,
		"SELECT TOP 5 * FROM queue":                                                     joinedLimit,
		"SELECT TOP (5) * FROM queue":                                                   joinedLimit,
		"SELECT q.* FROM queue AS q":                                                    joinedLimit,
		"SELECT name, q.* FROM queue AS q":                                              joinedLimit,
		"SELECT a.name FROM queue AS a INNER JOIN queue AS b ON a.queueid = b.queueid":  joinedLimit,
		"SELECT n FROM (SELECT name AS n FROM queue) AS q":                              joinedLimit,
		"SELECT n FROM queue, (SELECT name AS n FROM queue) AS q":                       joinedLimit,
		"SELECT n FROM queue CROSS APPLY (SELECT 1 AS n FROM systemuser) AS x":          joinedLimit,
		"SELECT name FROM queue WHERE EXISTS (SELECT * FROM systemuser)":                joinedLimit,
		"SELECT name FROM queue UNION SELECT n FROM (SELECT name AS n FROM queue) AS q": joinedLimit,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			assert.Equal(t, want, runTimeLimit(text))
		})
	}
}

func TestTheTimeOutTextNamesTheLimit(t *testing.T) {
	assert.Equal(t, "The request channel timed out while waiting for a reply after 00:02:00.", timedOut(joinedLimit))
	assert.Equal(t, "The request channel timed out while waiting for a reply after 00:05:00.", timedOut(plainLimit))
}
