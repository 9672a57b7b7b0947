//go:build !race

package acceptance

// randomCases is how many random contact centers one test run tries.
const randomCases = "1000"
