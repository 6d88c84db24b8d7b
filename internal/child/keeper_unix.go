//go:build unix

package child

import (
	"os"
	"strconv"
	"sync"
	"syscall"
)

// keeper is a small process that outlives us if we are killed, and then kills the groups of the children that were
// running. A shell does it: it is there wherever a linker is, starts in half a millisecond, and unlike a copy of
// ourselves it needs no entry in every program that this package is linked into. Without it (a system without a shell)
// the children themselves still end where the kernel sees to it.
type keeper struct {
	mu   sync.Mutex
	pipe *os.File
}

// keeperScript reads "+ <group>" and "- <group>". Signals at the terminal are for us: the keeper ends when its pipe does.
const keeperScript = `trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r verb group; do
	case $verb in
	+) groups="$groups$group " ;;
	-) case $groups in *" $group "*) groups="${groups%%" $group "*} ${groups#*" $group "}" ;; esac ;;
	esac
done
for group in $groups; do kill -KILL -"$group"; done`

const shell = "/bin/sh"

var theKeeper = sync.OnceValue(func() *keeper {
	k := &keeper{}
	r, w, err := os.Pipe()
	if err != nil {
		return k
	}
	defer r.Close()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		w.Close()
		return k
	}
	defer null.Close()
	process, err := os.StartProcess(shell, []string{"sh", "-c", keeperScript}, &os.ProcAttr{
		Dir: "/", Env: []string{}, Files: []*os.File{r, null, null}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		w.Close()
		return k
	}
	go process.Wait()
	k.pipe = w
	return k
})

// Prepare begins what the first child would wait for, a millisecond, beside whatever its caller does.
func Prepare() { go theKeeper() }

// prepare has that done before a child's pipes are opened: both at once would have more files open than either needs.
func prepare() { theKeeper() }

func (k *keeper) watch(group int)  { k.tell("+ ", group) }
func (k *keeper) forget(group int) { k.tell("- ", group) }

// tell writes a line in one piece, which a pipe keeps whole. That nobody reads it any more is no reason to stop.
func (k *keeper) tell(verb string, group int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pipe != nil {
		k.pipe.WriteString(verb + strconv.Itoa(group) + "\n")
	}
}
