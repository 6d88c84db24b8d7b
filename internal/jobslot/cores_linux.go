package jobslot

import (
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Cores is how many compilers this process may run at once: the cores that it may run on, and no more than the time that
// its control group gets (a container with --cpus=2 on a machine with 64). As in stock Cargo it is at least one, and a
// part of a core does not count.
func Cores() int {
	cores := runtime.NumCPU()
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) == nil && set.Count() > 0 {
		cores = set.Count()
	}
	if quota := quotaOf(os.ReadFile); quota > 0 {
		cores = min(cores, max(1, quota))
	}
	return max(cores, 1)
}

// quotaOf is the smallest quota of our control group and those above it, in whole cores; 0: none. Version 2 has one tree,
// version 1 one for each controller.
func quotaOf(read func(string) ([]byte, error)) int {
	groups, err := read("/proc/self/cgroup")
	if err != nil {
		return 0
	}
	smallest := 0.0
	for text := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(text), ":", 3)
		if len(fields) < 3 || !path.IsAbs(fields[2]) {
			continue
		}
		root, ok := "/sys/fs/cgroup", fields[0] == "0" && fields[1] == ""
		for _, controller := range strings.Split(fields[1], ",") {
			if controller == "cpu" {
				root, ok = "/sys/fs/cgroup/"+fields[1], true
			}
		}
		for dir := path.Clean(fields[2]); ok; dir = path.Dir(dir) {
			if q := quotaAt(read, path.Join(root, dir)); q > 0 && (smallest == 0 || q < smallest) {
				smallest = q
			}
			ok = dir != "/"
		}
	}
	if smallest > 0 {
		return max(1, int(smallest))
	}
	return 0
}

func quotaAt(read func(string) ([]byte, error), dir string) float64 {
	if data, err := read(path.Join(dir, "cpu.max")); err == nil {
		quota, period, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
		return ratio(quota, period)
	}
	quota, err1 := read(path.Join(dir, "cpu.cfs_quota_us"))
	period, err2 := read(path.Join(dir, "cpu.cfs_period_us"))
	if err1 != nil || err2 != nil {
		return 0
	}
	return ratio(strings.TrimSpace(string(quota)), strings.TrimSpace(string(period)))
}

// ratio is 0 for "max", and for -1, as version 1 says it.
func ratio(quota, period string) float64 {
	q, err1 := strconv.ParseFloat(quota, 64)
	p, err2 := strconv.ParseFloat(period, 64)
	if err1 != nil || err2 != nil || q <= 0 || p <= 0 {
		return 0
	}
	return q / p
}
