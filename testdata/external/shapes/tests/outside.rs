#[test]
fn large() {
    assert_eq!(shapes::area(2000), "large");
}
