//! rheo
fn main(){}
