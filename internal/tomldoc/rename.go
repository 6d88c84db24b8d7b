package tomldoc

// Rename gives a key another name; what it holds then stands at the end of the table. Where there is one of that name
// already, what it held goes. It is false where there is no such key.
func (e *Entry) Rename(key, name string) bool {
	one := e.Get(key)
	if one == nil {
		return false
	}
	e.Remove(key)
	if e.Get(name) != nil {
		return true
	}
	one.forgetPath()
	one.key, one.asKey = name, ""
	e.entries = append(e.entries, one)
	return true
}

// forgetPath has keys and headers that begin with the entry's key written anew.
func (e *Entry) forgetPath() {
	e.path = ""
	if e.form == section || e.form == sections {
		for _, one := range e.entries {
			one.forgetPath()
		}
	}
}
