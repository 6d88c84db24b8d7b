use std::process::Command;

#[test]
fn prints() {
    let out = Command::new(env!("CARGO_BIN_EXE_tool")).arg("6").output().unwrap();
    assert_eq!(out.stdout, b"36\n");
}

#[test]
fn refuses() {
    assert_eq!(Command::new(env!("CARGO_BIN_EXE_tool")).status().unwrap().code(), Some(2));
}
