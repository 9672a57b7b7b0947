// Package release makes the files of a release: the plugin's archive for all platforms that Grafana runs on, archives
// of the exporter and the emulator, checksums, and a bill of materials.
//
// Two builds of one commit are equal byte by byte: every time is the commit's, archives are sorted and have no owners,
// and no path of the machine is in a binary. That is why the SDK's own build targets, which stamp the clock, are not
// used here; the flags are theirs.
package release
