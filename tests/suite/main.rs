mod intake_cases;
mod validate_cases;

#[test]
fn x() {}
