fn f(x: f64) -> f64 {
    let y = x;
    unsafe { std::arch::asm!("nop") };
    y
}
