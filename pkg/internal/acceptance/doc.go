// Package acceptance judges the numbers from end to end: a query's JSON is parsed, resolved, turned into T-SQL, sent
// over TLS to the embedded Dataverse, counted there, and what comes back is compared with numbers written by hand
// (the truth table of docs/definitions.md and tables of the tests' own) and with the oracle's for contact centers
// and queries drawn at random. It holds tests only.
package acceptance
