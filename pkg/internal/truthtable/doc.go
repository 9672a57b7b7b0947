// Package truthtable is the truth table of docs/definitions.md as data: for each of its rows the conversation as
// rows of a contact center, and what every definition must count of it. The numbers are the page's own, written
// by hand; nothing here computes any. Only tests import it.
package truthtable
