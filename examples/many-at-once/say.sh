# What the scripts of this folder tell, and how many promises they saw broken.
say() { printf '   %s\n' "$*"; }
fails=0
wrong() {
	say "WRONG: $*"
	fails=$((fails + 1))
}
