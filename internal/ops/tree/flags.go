package tree

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseKinds reads the values of --edges. Without any they are all dependencies.
func ParseKinds(values []string) (Kinds, error) {
	k := Kinds{NoMacros: slices.Contains(values, "no-proc-macro"), Public: slices.Contains(values, "public")}
	var kinds []string
	for _, v := range values {
		if v != "no-proc-macro" && v != "public" {
			kinds = append(kinds, v)
		}
	}
	without := slices.ContainsFunc(kinds, func(v string) bool { return strings.HasPrefix(v, "no-") })
	if without || len(kinds) == 0 || len(kinds) == 1 && kinds[0] == "features" {
		k.Normal, k.Build, k.Dev = true, true, true
	}
	for _, v := range kinds {
		if without && slices.Contains([]string{"normal", "build", "dev", "all"}, v) {
			return k, fmt.Errorf("`%s` dependency kind cannot be mixed with \"no-normal\", \"no-build\", or \"no-dev\" dependency kinds", v)
		}
		switch v {
		case "all":
			k.Normal, k.Build, k.Dev, k.Features = true, true, true, true
		case "features":
			k.Features = true
		case "normal":
			k.Normal = true
		case "build":
			k.Build = true
		case "dev":
			k.Dev = true
		case "no-normal":
			k.Normal = false
		case "no-build":
			k.Build = false
		case "no-dev":
			k.Dev = false
		}
	}
	return k, nil
}

// ParseDepth reads --depth; empty is no bound.
func ParseDepth(text string) (depth int, workspaceOnly bool, err error) {
	switch text {
	case "":
		return -1, false, nil
	case "workspace":
		return -1, true, nil
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 32)
	if err != nil {
		return 0, false, fmt.Errorf("supported values for --depth are non-negative integers and `workspace`, but `%s` is unknown", text)
	}
	return int(n), false, nil
}
