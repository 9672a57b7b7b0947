package config

import "fmt"

// said is a setting with what is said of it.
type said struct {
	setting setting
	texts   []string
}

// level is all that one place says: the top of the file, the command line, or an entry of environments.
type level []said

// apply says it of an environment of which less specific places have spoken before. An error begins with the name of
// the setting.
func (l level) apply(e *Environment) error {
	for _, s := range l {
		if s.setting.name == loginSetting {
			e.dropOtherLogins(s.texts[0])
		}
	}
	for _, s := range l {
		if err := s.setting.read(e, s.texts); err != nil {
			return fmt.Errorf("%s: %w", s.setting.name, err)
		}
	}
	return nil
}
