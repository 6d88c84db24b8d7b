package build

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"berth/internal/unit"
)

// tools are the programs and libraries of this machine that have a part in what is linked, or in what build scripts find.
// They are known by their real path, size and time: PATH itself differs between a terminal and an editor that has the same
// programs on it.
type tools struct {
	mu    sync.Mutex
	known map[string]string
}

// scriptTools is what build scripts are seen to call.
func scriptTools() []string {
	return []string{"cc", "c++", "gcc", "g++", "clang", "clang++", "ar", "ld", "pkg-config", "cmake", "make", "ninja", "nasm", "perl", "python3", "protoc", "git"}
}

// linkVariables are what linkers look at.
func linkVariables() []string {
	return []string{"LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "LD_RUN_PATH", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET",
		"IPHONEOS_DEPLOYMENT_TARGET", "TVOS_DEPLOYMENT_TARGET", "WATCHOS_DEPLOYMENT_TARGET", "XROS_DEPLOYMENT_TARGET", "LIB"}
}

// scriptPrefixes begin the names of variables that scripts look at without saying so.
func scriptPrefixes() []string {
	return []string{"CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "ARFLAGS", "PKG_CONFIG", "HOST_CC", "TARGET_CC", "HOST_CFLAGS", "TARGET_CFLAGS", "RANLIB", "SDKROOT"}
}

// linker tells what links a unit, and against which library of C where it runs here.
func (b *builder) linker(u *unit.Unit) string {
	program := b.Compiler.Targets[u.Kind].Linker
	if program == "" {
		program = "cc"
	}
	text := b.tools.program(b, program)
	for _, name := range linkVariables() {
		if value, ok := b.Getenv(name); ok {
			text += "\n" + name + "=" + value
		}
	}
	if u.Kind == unit.Host {
		text += "\n" + b.libc()
	}
	return text
}

// program tells what a name on PATH means.
func (t *tools) program(b *builder, name string) string {
	return t.once("program "+name, func() string { return b.findProgram(name) })
}

func (b *builder) findProgram(name string) string {
	if strings.ContainsRune(name, filepath.Separator) {
		return b.tool(name)
	}
	path, _ := b.Getenv("PATH")
	for _, dir := range filepath.SplitList(path) {
		for _, suffix := range programSuffixes() {
			if found := b.tool(filepath.Join(dir, name+suffix)); found != "" {
				return found
			}
		}
	}
	return ""
}

func (t *tools) once(key string, find func() string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[string]string{}
	}
	text, ok := t.known[key]
	if !ok {
		text = find()
		t.known[key] = text
	}
	return text
}

// tool is a file's real path, size and time; empty where there is none.
func (b *builder) tool(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		b.Looked.Saw(path, nil)
		return ""
	}
	b.Looked.Saw(path, info)
	if info.IsDir() {
		return ""
	}
	b.Looked.Read(path)
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return ""
	}
	return real + " " + strconv.FormatInt(info.Size(), 10) + " " + strconv.FormatInt(info.ModTime().Unix(), 10)
}

// libc is the library of C of this system.
func (b *builder) libc() string {
	return b.tools.once("libc", func() string {
		var found []string
		for _, path := range libcFiles() {
			if is := b.tool(path); is != "" {
				found = append(found, is)
			}
		}
		return strings.Join(found, "\n")
	})
}

// scriptSurroundings is what build scripts find on this machine without saying so.
func (b *builder) scriptSurroundings() string {
	return b.tools.once("scripts", func() string {
		var lines []string
		for _, name := range scriptTools() {
			lines = append(lines, name+"="+b.findProgram(name))
		}
		for _, entry := range b.Environ {
			name, _, _ := strings.Cut(entry, "=")
			for _, prefix := range scriptPrefixes() {
				if name == prefix || strings.HasPrefix(name, prefix+"_") {
					lines = append(lines, entry)
					break
				}
			}
		}
		return fmt.Sprint(len(lines)) + "\n" + strings.Join(lines, "\n")
	})
}
