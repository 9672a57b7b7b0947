package tally

import (
	"container/list"
	"sync"
	"time"
)

// cache keeps what was found, bounded by bytes: what was not used for longest goes first.
//
// What has expired is kept as long as there is room. It is never handed out as an answer, only as the last good value
// while Dataverse cannot be asked.
type cache struct {
	mu      sync.Mutex
	limit   int64
	bytes   int64
	evicted int64
	places  map[key]*list.Element
	order   *list.List // of *entry, the last used first
}

type entry struct {
	key     key
	value   any
	bytes   int64
	expires time.Time
}

// entryBytes is what an entry needs beside its value: the key twice, the element of the list and its place in the map.
const entryBytes = 336

// newCache makes a cache of at most limit bytes; one of 0 keeps nothing.
func newCache(limit int64) *cache {
	return &cache{limit: limit, places: map[key]*list.Element{}, order: list.New()}
}

// get returns what is kept under a key, unless it had expired at a time: now, or an earlier time for values that may be
// older.
func (c *cache) get(key key, at time.Time) (value any, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.look(key, at)
}

// getAll is get for many keys at one moment: what putAll has put is there as a whole or not at all. Values that are not
// there are nil.
func (c *cache) getAll(keys []key, at time.Time) []any {
	c.mu.Lock()
	defer c.mu.Unlock()
	values := make([]any, len(keys))
	for i, key := range keys {
		values[i], _ = c.look(key, at)
	}
	return values
}

func (c *cache) look(key key, at time.Time) (value any, ok bool) {
	element, ok := c.places[key]
	if !ok || !at.Before(element.Value.(*entry).expires) {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*entry).value, true
}

// put keeps a value of a size until it expires, or has to make room. What alone is larger than the cache is not kept.
func (c *cache) put(key key, value any, bytes int64, expires time.Time) {
	c.putAll([]*entry{{key: key, value: value, bytes: bytes, expires: expires}})
}

// putAll is put for many values at one moment.
func (c *cache) putAll(entries []*entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range entries {
		one.bytes += entryBytes
		if element, ok := c.places[one.key]; ok {
			c.remove(element)
		}
		if one.bytes > c.limit {
			continue
		}
		for c.bytes+one.bytes > c.limit {
			c.remove(c.order.Back())
			c.evicted++
		}
		c.places[one.key] = c.order.PushFront(one)
		c.bytes += one.bytes
	}
}

func (c *cache) remove(element *list.Element) {
	removed := c.order.Remove(element).(*entry)
	delete(c.places, removed.key)
	c.bytes -= removed.bytes
}

// usage is how much the cache holds, and how many entries had to make room for others.
func (c *cache) usage() (entries int, bytes, evicted int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.places), c.bytes, c.evicted
}
