fn main() {
    println!("{}", greeting::text());
}
