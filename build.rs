fn main() {
    // Debian's libsonic, which eSpeak NG (inside piper-rs) calls; its build script finds the header but does not link it.
    println!("cargo:rustc-link-lib=sonic");
    println!("cargo:rerun-if-changed=build.rs");
}
