include!(concat!(env!("OUT_DIR"), "/sides.rs"));

#[derive(derive::Named)]
pub struct Square;

/// An area.
///
/// ```
/// assert_eq!(shapes::area(3), "9");
/// ```
pub fn area(side: u32) -> String {
    if side > 1000 {
        return "large".into();
    }
    itoa::Buffer::new().format(side * side).to_string()
}

pub fn never(called: u32) -> u32 {
    called + SIDES
}

#[cfg(test)]
mod tests {
    #[test]
    fn small() {
        assert_eq!(super::area(2), "4");
    }
    #[test]
    fn named() {
        assert_eq!(super::Square::name(), "Square");
    }
    #[test]
    #[ignore]
    fn ignored() {}
}
