fn main() {
    println!("{}", shapes::area(5));
}
