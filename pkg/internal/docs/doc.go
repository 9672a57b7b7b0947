// Package docs holds the pages to what they say: links lead somewhere, and commands that are marked as tested run.
package docs
