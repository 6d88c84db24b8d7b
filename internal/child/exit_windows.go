package child

import (
	"fmt"
	"os"
)

// signalOf: there are none here.
func signalOf(*os.ProcessState) int { return 0 }

func signalName(int) string { return "" }

// codeText gives NTSTATUS values in the form that they are known by, and the name of those that compilers die of.
func codeText(code int) string {
	if code >= 0 && uint32(code) < 1<<31 {
		return fmt.Sprintf("exit code: %d", code)
	}
	return fmt.Sprintf("exit code: %#x%s", uint32(code), statusName(uint32(code)))
}

func statusName(code uint32) string {
	switch code {
	case 0xc0000005:
		return ", STATUS_ACCESS_VIOLATION"
	case 0xc0000017:
		return ", STATUS_NO_MEMORY"
	case 0xc000001d:
		return ", STATUS_ILLEGAL_INSTRUCTION"
	case 0xc00000fd:
		return ", STATUS_STACK_OVERFLOW"
	case 0xc0000135:
		return ", STATUS_DLL_NOT_FOUND"
	case 0xc0000139:
		return ", STATUS_ENTRYPOINT_NOT_FOUND"
	case 0xc000013a:
		return ", STATUS_CONTROL_C_EXIT"
	case 0xc0000142:
		return ", STATUS_DLL_INIT_FAILED"
	case 0xc0000374:
		return ", STATUS_HEAP_CORRUPTION"
	case 0xc0000409:
		return ", STATUS_STACK_BUFFER_OVERRUN"
	case 0xc0000420:
		return ", STATUS_ASSERTION_FAILURE"
	}
	return ""
}
