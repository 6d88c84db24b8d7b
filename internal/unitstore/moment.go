package unitstore

import (
	"errors"
	"os"
	"time"
)

// Moment is now, by the clock of the file system that dir lies in: it may be some milliseconds behind the other clocks,
// and only its own times can be held against those of files.
func Moment(dir string) (time.Time, error) {
	f, err := os.CreateTemp(dir, ".moment-")
	if err != nil {
		return time.Time{}, err
	}
	info, err := f.Stat()
	err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// UnchangedSince tells whether a file is what it was at a Moment.
func UnchangedSince(path string, moment time.Time) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	return !Changed(info).After(moment), nil
}
