//go:build race

package acceptance

// randomCases is smaller under the race detector, which makes the embedded database many times slower.
const randomCases = "100"
