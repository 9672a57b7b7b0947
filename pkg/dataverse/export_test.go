package dataverse

import "time"

// SetLoginTimeout shortens the login timeout of a configuration.
func SetLoginTimeout(c *Config, timeout time.Duration) { c.loginTimeout = timeout }
