package catalog

import "sync"

// Default is the embedded catalogue. It is loaded once and shared.
//
// It panics when the embedded files are not valid, which no input can bring about and a test rules out.
func Default() *Catalog { return embedded() }

var embedded = sync.OnceValue(func() *Catalog {
	c, err := Load()
	if err != nil {
		panic(err)
	}
	return c
})
