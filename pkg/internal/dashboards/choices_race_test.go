//go:build race

package dashboards

// maxChoices of a variable are tried: the race detector makes each take ten times as long, and sees no other code.
const maxChoices = 1
