package buildscript

import "berth/internal/config"

// Override reads [target.TRIPLE.LINKS]: what stands in the place of the scripts of packages with that `links`. key names
// the table in errors.
func Override(key string, table *config.Node) (*Output, error) {
	o := &Output{}
	for _, name := range table.Keys() {
		if err := o.override(key+"."+name, name, table.Get(name)); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *Output) override(key, name string, value *config.Node) error {
	if kind, ok := linkKind(name); ok && kind != LinkBin {
		args, err := texts(key, value)
		for _, arg := range args {
			o.LinkArgs = append(o.LinkArgs, LinkArg{Kind: kind, Arg: arg})
		}
		return err
	}
	switch name {
	case "rustc-link-lib":
		return appendTexts(&o.Libs, key, value)
	case "rustc-cfg":
		return appendTexts(&o.Cfgs, key, value)
	case "rustc-check-cfg":
		return appendTexts(&o.CheckCfgs, key, value)
	case "rustc-link-search":
		paths, err := texts(key, value)
		o.outside(paths)
		return err
	case "rustc-env":
		if value.Kind() != config.Table {
			return value.Expected(key, "a table")
		}
		for _, variable := range value.Keys() {
			if err := appendPair(&o.Env, key+"."+variable, variable, value.Get(variable)); err != nil {
				return err
			}
		}
		return nil
	case "warning", "rerun-if-changed", "rerun-if-env-changed":
		return value.Refused("`%s` is not supported in build script overrides", name)
	case "rustc-flags":
		if value.Kind() != config.String {
			return value.Expected(key, "a string")
		}
		paths, libs, err := splitFlags(value.Text(), "target config `"+key+"`")
		if err != nil {
			return value.Refused("%v", err)
		}
		o.outside(paths)
		o.Libs = append(o.Libs, libs...)
		return nil
	}
	return appendPair(&o.Metadata, key, name, value)
}

func (o *Output) outside(paths []string) {
	for _, path := range paths {
		o.Search = append(o.Search, Search{Path: path})
	}
}

func appendPair(to *[]Pair, key, name string, value *config.Node) error {
	if value.Kind() != config.String {
		return value.Expected(key, "a string")
	}
	*to = append(*to, Pair{name, value.Text()})
	return nil
}

func appendTexts(to *[]string, key string, value *config.Node) error {
	list, err := texts(key, value)
	*to = append(*to, list...)
	return err
}

func texts(key string, value *config.Node) ([]string, error) {
	if value.Kind() != config.List {
		return nil, value.Expected(key, "an array of strings")
	}
	var list []string
	for _, item := range value.Items() {
		if item.Kind() != config.String {
			return nil, item.Expected(key, "strings only")
		}
		list = append(list, item.Text())
	}
	return list, nil
}
