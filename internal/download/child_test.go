package download

const childVariable = "DOWNLOAD_TEST_CHILD"

func child(string) int { return 0 }
