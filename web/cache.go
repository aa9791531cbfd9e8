package web

import (
	"sync"
	"time"
)

// What the cache of pages may hold, and for how long. Whatever this process writes
// empties it at once; the age bounds what another one writes, a command or a second
// server, and how wrong "a minute ago" can be.
const (
	cacheSize = 24 << 20
	cacheAge  = 5 * time.Second
	mostKept  = 1 << 20 // of one page, packed
)

// kept is an answer as it is sent to everybody.
type kept struct {
	version uint64    // of the database that it was made from
	until   time.Time // when it is too old
	header  [][2]string
	tag     string // its ETag
	body    []byte // gzip
}

func (k *kept) size() int {
	n := len(k.tag) + len(k.body) + 200
	for _, h := range k.header {
		n += len(h[0]) + len(h[1])
	}
	return n
}

// cache holds answers, bounded in bytes: what was asked for lately and what before
// that. When the first is full it becomes the second, whose rest is forgotten.
type cache struct {
	mu     sync.Mutex
	half   int // of the bound
	lately map[string]*kept
	before map[string]*kept
	filled int // bytes in lately
}

func newCache(size int) *cache { return &cache{half: size / 2, lately: map[string]*kept{}} }

// get returns what is kept under the key, if it is as good as new.
func (c *cache) get(key []byte, version uint64, now time.Time) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.lately[string(key)]
	if k == nil {
		if k = c.before[string(key)]; k != nil {
			delete(c.before, string(key))
			c.add(string(key), k)
		}
	}
	if k == nil || k.version != version || now.After(k.until) {
		return nil
	}
	return k
}

// put keeps an answer in the place of the one before it.
func (c *cache) put(key string, k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.lately[key]; old != nil {
		c.filled -= len(key) + old.size()
		delete(c.lately, key)
	}
	delete(c.before, key)
	c.add(key, k)
}

func (c *cache) add(key string, k *kept) {
	n := len(key) + k.size()
	if c.filled+n > c.half {
		c.before, c.lately, c.filled = c.lately, map[string]*kept{}, 0
	}
	c.lately[key] = k
	c.filled += n
}
