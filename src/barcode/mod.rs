//! Symbols that machines read, and the numbers in them: a value becomes bars or modules, and these
//! whole dots of a press. Pure; knows neither pages nor PDF.
//!
//! - [`customer`]: the customer barcode of Japan Post, from an address to bars.
//! - [`store`]: what convenience stores take payments by (GS1-128).
//! - [`el_qr`]: the payload of local taxes' QR code.
//! - [`yucho`], [`pay_easy`], [`ocr_line`]: lines and numbers of payment slips.
//! - [`code128`], [`linear`], [`qr`], [`data_matrix`]: symbols of any content.
//! - [`lay`]: where bars and modules lie on the dots of a press.

pub mod code128;
pub mod customer;
pub mod data_matrix;
mod digits;
pub mod el_qr;
mod error;
pub mod lay;
pub mod linear;
mod matrix;
pub mod ocr_line;
pub mod pay_easy;
pub mod qr;
pub mod store;
pub mod yucho;

pub use error::{CODES, Error, ErrorKind, NO_BARCODE, NO_DISPLAY_NUMBER, NOT_TAKEN};
pub use linear::Linear;
pub use matrix::Matrix;
