fn main() {
    match std::env::args().nth(1) {
        Some(side) => println!("{}", shapes::area(side.parse().unwrap())),
        None => std::process::exit(2),
    }
}
