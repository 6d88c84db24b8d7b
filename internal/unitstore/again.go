package unitstore

import (
	"context"
	"slices"

	"berth/internal/lockfs"
)

// again has a variant stand for an attempt that made the same: whoever uses it is told the same path as before, of which a
// compiler makes what it keeps for the next time depend. The variant has read from now on what the attempt has read. It is nil
// where there is none, or somebody takes it away just now.
func (a *Attempt) again(ctx context.Context, made *Variant) (*Variant, error) {
	v := a.twin(made)
	if v == nil {
		return nil, nil
	}
	v.Made, v.Took, v.Files, v.Vars, v.Note = made.Made, made.Took, made.Files, made.Vars, made.Note
	v.used = made.used
	stamp := lockfs.At(v.file)
	if !stamp.Exists() || a.held.WriteUnsynced("unitstore.again", stamp, v.encode()) != nil {
		return nil, nil
	}
	a.store.lease.uses(v)
	return v, a.Abandon(ctx)
}

// twin looks for a variant with the same outputs, which are whole.
func (a *Attempt) twin(made *Variant) *Variant {
	stamps, err := a.store.stamps(a.Key.String())
	if err != nil {
		return nil
	}
	for _, st := range stamps {
		v, err := readStamp(st.file)
		if err == nil && v.Key == a.Key && len(made.Missing) == 0 && isSameMade(v.Outputs, made.Outputs) && a.store.damageOf(v) == "" {
			return v
		}
	}
	return nil
}

func isSameMade(x, y []File) bool {
	return slices.EqualFunc(x, y, func(f, g File) bool { return f.Path == g.Path && f.Digest == g.Digest })
}
