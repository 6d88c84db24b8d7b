package archive

import (
	"strings"
	"unicode/utf8"
)

// maxPart is what every usual file system takes; more would be a disk error for what is the archive's fault.
const maxPart = 255

// cleanName turns the name of a tar entry or manifest line into a relative path with forward slashes that can only mean
// something below the directory it is joined to; "" stands for that directory itself. Empty and "." parts are dropped, as
// stock does: very old archives have them.
func cleanName(name string, l Limits) (clean, problem string) {
	switch {
	case len(name) > l.PathLen:
		return "", "its path is too long"
	case strings.HasPrefix(name, "/"):
		return "", "its path is absolute"
	case !utf8.ValidString(name):
		return "", "its path is not UTF-8"
	}
	depth, dropped := 0, false
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part == "." {
			dropped = true
			continue
		}
		if p := partProblem(part); p != "" {
			return "", p
		}
		if depth++; depth > l.Depth {
			return "", "its path is too deep"
		}
	}
	if dropped {
		return dropDots(name), ""
	}
	return strings.TrimSuffix(name, "/"), ""
}

// dropDots runs for the odd name only, so that the common one costs no allocation.
func dropDots(name string) string {
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

func partProblem(part string) string {
	if part == ".." {
		return `its path has ".."`
	}
	if len(part) > maxPart {
		return "its path has a part that is too long"
	}
	for i := range len(part) {
		if part[i] < ' ' || part[i] == 0x7f {
			return "its path has a control character"
		}
	}
	if strictWindowsNames {
		return windowsProblem(part)
	}
	return ""
}

// windowsProblem finds what Windows would read as something other than a plain file name. It is compiled and tested
// everywhere and applied on Windows alone: a backslash or a file called aux is an ordinary name elsewhere.
func windowsProblem(part string) string {
	if i := strings.IndexAny(part, `\:<>"|?*`); i >= 0 {
		return "its path has " + part[i:i+1] + ", which Windows does not allow in names"
	}
	if last := part[len(part)-1]; last == '.' || last == ' ' {
		return "its path has a part that ends in a dot or space, which Windows drops"
	}
	stem, _, _ := strings.Cut(part, ".")
	if isDeviceName(strings.ToUpper(strings.TrimRight(stem, " "))) {
		return "its path has the name of a Windows device"
	}
	return ""
}

// isDeviceName takes the name in upper case, without extension. The last digits are superscripts, which Windows counts too.
func isDeviceName(stem string) bool {
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port := strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")
	return port && strings.Contains("|0|1|2|3|4|5|6|7|8|9|¹|²|³|", "|"+stem[3:]+"|")
}

// parent is path.Dir for cleaned names, with "" for the top.
func parent(name string) string {
	i := strings.LastIndexByte(name, '/')
	return name[:max(i, 0)]
}
