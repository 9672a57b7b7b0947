package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dataverse-tally/tally/pkg/emulator"
)

// secretVariable is the environment variable that the client secret may stand in.
const secretVariable = "DATAVERSE_EMULATOR_CLIENT_SECRET"

// authority reads the certificate authority from its two files, or makes one and writes them.
func authority(certificateFile, keyFile string) (*emulator.Authority, error) {
	certificate, certificateErr := os.ReadFile(certificateFile)
	key, keyErr := os.ReadFile(keyFile)
	switch {
	case certificateErr == nil && keyErr == nil:
		a, err := emulator.ParseAuthority(certificate, key)
		if err != nil {
			return nil, fmt.Errorf("%s and %s: %w", certificateFile, keyFile, err)
		}
		return a, nil
	case errors.Is(certificateErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist):
		// neither: a first start
	case certificateErr == nil && errors.Is(keyErr, fs.ErrNotExist):
		return nil, fmt.Errorf("%s stands without its key %s: remove it to have a new pair made", certificateFile, keyFile)
	case keyErr == nil && errors.Is(certificateErr, fs.ErrNotExist):
		return nil, fmt.Errorf("%s stands without its certificate %s: remove it to have a new pair made", keyFile, certificateFile)
	default:
		return nil, errors.Join(certificateErr, keyErr)
	}
	a, err := emulator.NewAuthority()
	if err != nil {
		return nil, err
	}
	if key, err = a.KeyPEM(); err != nil {
		return nil, err
	}
	if err := write(keyFile, key, 0o600); err != nil {
		return nil, err
	}
	return a, write(certificateFile, a.CertificatePEM(), 0o644)
}

// clientSecret takes the secret from the environment, else from the file, else makes one and writes it there.
func clientSecret(getenv func(string) string, file string) (secret, where string, err error) {
	if secret := getenv(secretVariable); secret != "" {
		return secret, "as in the environment variable " + secretVariable, nil
	}
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		secret := rand.Text()
		return secret, "in " + file, write(file, []byte(secret+"\n"), 0o600)
	}
	if err != nil {
		return "", "", err
	}
	secret = strings.TrimSpace(string(content))
	if secret == "" {
		return "", "", fmt.Errorf("%s is empty: write the client secret into it, or remove it to have one made", file)
	}
	return secret, "in " + file, nil
}

// write replaces a file, and never leaves one with looser permissions than asked for.
func write(file string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // nothing is left after the renaming
	if _, err := temporary.Write(content); err != nil {
		return errors.Join(err, temporary.Close())
	}
	if err := errors.Join(temporary.Chmod(mode), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}
