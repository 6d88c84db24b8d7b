fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/sides.rs"), "pub const SIDES: u32 = 4;\n").unwrap();
}
