//go:build !linux && !darwin

package lockfs

import "errors"

func exchange(a, b string) error { return errors.ErrUnsupported }

func isNotOffered(err error) bool { return errors.Is(err, errors.ErrUnsupported) }
