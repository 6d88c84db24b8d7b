package lastuse

import "time"

// table says where the columns of a kind are.
type table struct {
	name     string
	parent   string // the table whose id is in column 0; "" for one without
	nameAt   int
	timeAt   int
	parentIs Kind
}

func tables() map[Kind]table {
	return map[Kind]table{
		Index:    {name: "registry_index", nameAt: 1, timeAt: 2},
		GitDB:    {name: "git_db", nameAt: 1, timeAt: 2},
		Crate:    {name: "registry_crate", parent: "registry_index", nameAt: 1, timeAt: 3, parentIs: Index},
		Source:   {name: "registry_src", parent: "registry_index", nameAt: 1, timeAt: 3, parentIs: Index},
		Checkout: {name: "git_checkout", parent: "git_db", nameAt: 1, timeAt: 3, parentIs: GitDB},
	}
}

// mark changes the timestamps in memory. What is used is used with its parent.
func (d *database) mark(uses []Use, now time.Time) (changed int, err error) {
	roots, err := d.roots()
	if err != nil {
		return 0, err
	}
	wanted := map[Kind]map[Use]bool{}
	want := func(k Kind, u Use) {
		if wanted[k] == nil {
			wanted[k] = map[Use]bool{}
		}
		wanted[k][u] = true
	}
	for _, u := range uses {
		want(u.Kind, u)
		if t := tables()[u.Kind]; t.parent != "" {
			want(t.parentIs, Use{Kind: t.parentIs, Parent: u.Parent})
		}
	}
	for kind, uses := range wanted {
		n, err := d.markTable(roots, kind, uses, now)
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// roots finds the pages where the tables begin, in the table of tables.
func (d *database) roots() (map[string]int, error) {
	roots := map[string]int{}
	err := d.scan(1, func(r row) error {
		if page, ok := r.number(3); ok && r.text(0) == "table" {
			roots[r.text(1)] = int(page)
		}
		return nil
	})
	return roots, err
}

func (d *database) markTable(roots map[string]int, kind Kind, uses map[Use]bool, now time.Time) (changed int, err error) {
	t := tables()[kind]
	parents := map[int64]string{}
	if t.parent != "" {
		if parents, err = d.parents(roots[t.parent]); err != nil {
			return 0, err
		}
	}
	err = d.scan(roots[t.name], func(r row) error {
		u := Use{Kind: kind, Parent: r.text(t.nameAt)}
		if t.parent != "" {
			id, _ := r.number(0)
			u.Parent, u.Name = parents[id], u.Parent
		}
		last, ok := r.number(t.timeAt)
		if ok && uses[u] && last < now.Add(-resolution).Unix() && r.set(t.timeAt, now.Unix()) {
			changed++
		}
		return nil
	})
	return changed, err
}

// parents are the names of a table by their ids.
func (d *database) parents(root int) (map[int64]string, error) {
	names := map[int64]string{}
	err := d.scan(root, func(r row) error {
		names[r.id] = r.text(1)
		return nil
	})
	return names, err
}
