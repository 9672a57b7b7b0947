package release

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLicencesAreToldApartByTheirText(t *testing.T) {
	const bsd = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted provided that …"
	for want, text := range map[string]string{
		"Apache-2.0":    "                                 Apache License\n                           Version 2.0, January 2004\n",
		"MIT":           "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof this software and …",
		"BSD-2-Clause":  bsd,
		"BSD-3-Clause":  bsd + "\n   * Neither the name of Google Inc. nor the names of its",
		"MPL-2.0":       "Mozilla Public License, version 2.0\n\n1. Definitions",
		"GPL-3.0-only":  "                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n",
		"AGPL-3.0-only": "GNU AFFERO GENERAL PUBLIC LICENSE\n   Version 3, 19 November 2007\n",
		"":              "All rights reserved.",
	} {
		assert.Equal(t, want, licenceOf(text), text)
	}
	for _, licence := range []string{"GPL-2.0-only", "GPL-3.0-only", "LGPL-3.0-only", "AGPL-3.0-only", ""} {
		assert.NotContains(t, Licences, licence)
	}
}

func TestAModuleWithoutAKnownLicenceIsAnError(t *testing.T) {
	folder := t.TempDir()
	_, err := licenceIn(folder)
	require.ErrorContains(t, err, "has no file LICENSE")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "LICENSE.txt"), []byte("Ask first."), 0o600))
	_, err = licenceIn(folder)
	require.ErrorContains(t, err, "is not a licence that is known here")
}
