package names

import "berth/internal/nearest"

// NearChannel is the channel that was probably meant by a word that is none, "" where none is near. At most two letters
// may differ: the names of people's own toolchains are short, too.
func NearChannel(word string) string {
	channel := nearest.Of(word, "stable", "beta", "nightly")
	if channel == "" || nearest.Distance(word, channel) > 2 {
		return ""
	}
	return channel
}
