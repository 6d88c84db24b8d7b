#[test]
fn sqlite_answers() {
    assert_eq!(c_code::ask("select group_concat(x) from (select 1 as x union select 2)").unwrap(), "1,2");
    assert!(c_code::ask("no query").is_err());
}

#[test]
fn zlib_sums() {
    assert_eq!(c_code::sum(b"123456789"), 0xcbf43926);
}

#[test]
fn the_program_runs() {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_c-code")).arg("select 'a'").output().unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap(), "a e8b7be43\n");
}
