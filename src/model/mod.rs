//! The nouns of the trade: tenant, job, record, notice, piece, run, lot, balance. No stage lives
//! here, and nothing here touches a file.

pub mod balance;
pub mod check_digit;
pub mod guillotine;
pub mod inserter;
pub mod job;
pub mod layout;
pub mod mark;
pub mod params;
pub mod piece;
pub mod postcodes;
pub mod process;
pub mod reading;
pub mod record;
pub mod run;
pub mod schema;
pub mod slip_sheet;
pub mod stock;
pub mod tenant;
pub mod vendor;
mod yen;

pub use balance::{Balance, Tally};
pub use check_digit::CheckDigit;
pub use guillotine::Guillotine;
pub use inserter::Inserter;
pub use job::Job;
pub use layout::{Arrangement, Layout, Scheme};
pub use mark::SlotMark;
pub use params::{Param, Params};
pub use piece::{PieceId, Serial};
pub use postcodes::{Area, AreaKind, PostcodeFit, Postcodes};
pub use reading::{LeafKind, Period, Reading, Says, SymbolPlace, TextPlace};
pub use record::{Cell, Cells, Locate, Notice, Record, key_hash};
pub use run::{Lot, Piece, Plan, Run, RunClass, Side};
pub use schema::{Decimal, Field, FieldIndex, FieldKind, ParseFault, Schema, Value};
pub use stock::{Envelope, Stock, Stocks};
pub use tenant::Tenant;
pub use vendor::{Press, Vendor};
pub use yen::Yen;
