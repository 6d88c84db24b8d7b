package cargo

// openers are programs that show a file.
func openers() [][]string {
	return [][]string{{"xdg-open"}, {"gnome-open"}, {"kde-open"}, {"wslview"}}
}
