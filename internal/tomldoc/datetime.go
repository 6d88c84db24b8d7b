package tomldoc

// datetime is the offset of the first byte that cannot be in a date or time, -1 when s is right.
func datetime(s string) int {
	c := clock{text: s}
	dated := c.date()
	if !dated {
		if !c.time() {
			return c.at
		}
		return c.rest()
	}
	if c.at == len(s) {
		return -1
	}
	if !c.one("Tt ") || !c.time() {
		return c.at
	}
	if c.at < len(s) && !c.zone() {
		return c.at
	}
	return c.rest()
}

type clock struct {
	text string
	at   int
}

func (c *clock) rest() int {
	if c.at == len(c.text) {
		return -1
	}
	return c.at
}

func (c *clock) one(set string) bool {
	if c.at < len(c.text) {
		for i := range len(set) {
			if c.text[c.at] == set[i] {
				c.at++
				return true
			}
		}
	}
	return false
}

// number reads digits and refuses what is out of bounds.
func (c *clock) number(digits, low, high int) (int, bool) {
	if c.at+digits > len(c.text) {
		return 0, false
	}
	n := 0
	for _, d := range []byte(c.text[c.at : c.at+digits]) {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int(d-'0')
	}
	if n < low || n > high {
		return 0, false
	}
	c.at += digits
	return n, true
}

func (c *clock) date() bool {
	start := c.at
	year, ok := c.number(4, 0, 9999)
	if !ok || !c.one("-") {
		c.at = start
		return false
	}
	month, ok := c.number(2, 1, 12)
	if !ok || !c.one("-") {
		return false
	}
	_, ok = c.number(2, 1, daysIn(year, month))
	return ok
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// time is hours and minutes, since TOML 1.1 with seconds or without.
func (c *clock) time() bool {
	if _, ok := c.number(2, 0, 23); !ok || !c.one(":") {
		return false
	}
	if _, ok := c.number(2, 0, 59); !ok {
		return false
	}
	if !c.one(":") {
		return true
	}
	if _, ok := c.number(2, 0, 60); !ok {
		return false
	}
	if c.one(".") {
		if !c.one("0123456789") {
			return false
		}
		for c.one("0123456789") {
		}
	}
	return true
}

func (c *clock) zone() bool {
	if c.one("Zz") {
		return true
	}
	if !c.one("+-") {
		return false
	}
	if _, ok := c.number(2, 0, 23); !ok || !c.one(":") {
		return false
	}
	_, ok := c.number(2, 0, 59)
	return ok
}
