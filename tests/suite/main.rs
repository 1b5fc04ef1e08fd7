//! The one integration binary: one module a subject.

mod impose_tables;
mod plan_cases;
