//! The slip sheets of a lot: a file of its own, so that no page of the press file moves for them.

use super::super::lettering::Lettering;
use super::super::{Error, home};
use super::{Making, Shop};
use crate::digest::Digest;
use crate::impose::{draw_ticket, ticket_box};
use crate::measure::{Extent, Length, Point};
use crate::model::inserter::{MarkKind, MarkPlace};
use crate::model::slip_sheet::{SlipSheet, SlipText, slip_sheets};
use crate::model::{Lot, Run};
use crate::package::slips_title;
use crate::pdf::{self, Content, Deflater, LotInfo, LotWriter, Standard};
use crate::render::MarkPen;
use std::io::Write;

impl Shop<'_> {
    /// Writes the slip sheets of a lot; gives their number.
    pub(in super::super) fn slips(
        &self,
        run: &Run,
        lot: &Lot,
        out: &mut (impl Write + Send),
    ) -> Result<u32, Error> {
        let making = self.begin(run, lot)?;
        let failed = |source: pdf::Error| Error::Lot { lot: making.name.clone(), source };
        let seed = self.seed(run, &making.name);
        let info = LotInfo {
            title: &slips_title(&self.bundle_id, &making.name),
            producer: concat!("Tayori ", env!("CARGO_PKG_VERSION")),
            id_seed: Digest::of_parts(&[b"slips", seed.as_bytes()]),
            date: self.setup.job.issue_date,
            intent: &self.setup.intent,
            sheet: run.layout.sheet,
            trims: &making.trims()[..1],
            standard: Standard::PdfX4,
        };
        let mut writer = LotWriter::new(out, &info, &[], &[]).map_err(failed)?;
        let (mut content, mut deflater) = (Content::new(), Deflater::for_once());
        let imposition = &making.imposition;
        let leaf = |sheet, slot| {
            let leaf = imposition.leaf_at(sheet, slot)?;
            Some((self.plan.serial(lot.pieces.start + leaf.piece), leaf.leaf))
        };
        let arrangement = run.layout.arrangement();
        let slips = slip_sheets(arrangement, &imposition.stacks(), imposition.sheets(), &leaf);
        for slip in &slips {
            self.slip(&making, slip, &mut content);
            writer.side(deflater.deflate(content.finish())).map_err(failed)?;
        }
        let usage = content.take_usage();
        writer.finish(&self.setup.fonts, &usage).map_err(failed)?;
        Ok(u32::try_from(slips.len()).expect("a lot has fewer stacks than sheets"))
    }

    /// Draws a slip sheet.
    fn slip(&self, making: &Making<'_>, slip: &SlipSheet, content: &mut Content) {
        let (run, setup) = (making.run, self.setup);
        let name = |stock: &str| setup.stocks.stock.get(stock).map_or("", |stock| &*stock.name);
        let text = SlipText {
            tenant: &setup.tenant.name,
            title: &setup.job.title,
            bundle: &self.bundle_id,
            job_code: &self.job_code,
            lot: &making.name,
            stock: name(&run.class.stock),
            envelope: setup.stocks.envelope.get(&run.class.envelope).map(|kind| &*kind.name),
            delivery: &run.class.delivery,
        };
        let code = text.code(slip);
        let press = home::dots(&run.press).expect("the setup knows its presses");
        let mut glyphs = Vec::new();
        content.begin_sheet(run.layout.sheet);
        for ticket in &slip.tickets {
            let place = ticket_box(making.imposition.geometry(), ticket);
            let size = Extent { width: place.width, height: place.height };
            content.begin_slot(Point { x: place.x, y: place.y }, size);
            let mut set = Lettering::new(&setup.fonts, self.role, &mut glyphs);
            let lines = text.lines(slip, ticket);
            let bars = draw_ticket(size, &lines, &code, &mut set.set(), content);
            let mark = MarkPlace {
                kind: MarkKind::Code39,
                r#box: [bars.x, bars.y, bars.width, bars.height],
                clear: [Length::ZERO; 2],
                digits: Vec::new(),
                omr: None,
            };
            // A ticket too small for bars has the code in figures.
            let _ = MarkPen::default().draw(&mark, &code, press, content);
            content.end_slot();
        }
    }
}
