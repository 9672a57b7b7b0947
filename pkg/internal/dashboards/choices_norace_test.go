//go:build !race

package dashboards

// maxChoices of a variable are tried.
const maxChoices = 100
