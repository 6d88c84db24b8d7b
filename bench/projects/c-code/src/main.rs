fn main() {
    let Some(query) = std::env::args().nth(1) else {
        println!("{}", c_code::versions());
        return;
    };
    match c_code::ask(&query) {
        Ok(answer) => println!("{answer} {:08x}", c_code::sum(answer.as_bytes())),
        Err(e) => {
            eprintln!("error: {e}");
            std::process::exit(1);
        }
    }
}
