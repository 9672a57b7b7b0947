// Package architecture holds the code to docs/architecture.md: which room may import which, and what no room may know.
package architecture
