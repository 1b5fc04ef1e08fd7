//! What readers must find on the pages of a form: symbols with the printed texts that must say the
//! same. It goes with every bundle, so that pages can be read back without the form.

use super::codes;
use super::layout::{Face, Item};
use super::reader::Keys;
use super::role::FaceRole;
use super::site::Origin;
use super::slips::{Bundle, Slip};
use super::symbol::Symbol;
use crate::diag::Diagnostic;
use crate::measure::{Length, Rect};
use crate::model::{Reading, Says, SymbolPlace, TextPlace};

type Faces = Vec<(Face, Vec<Origin>)>;

/// Adds what each slip holds to the faces, and reports what is missing there.
pub(super) fn slips(root: &Keys<'_>, bundle: Bundle<'_>, faces: &mut Faces) -> Vec<Slip> {
    bundle.check();
    let mut slips = Vec::new();
    for (number, made) in (0..).zip(bundle.slips) {
        let (items, origins): (Vec<Item>, Vec<Origin>) = made.items.into_iter().unzip();
        compared(root, &items, &origins);
        slips.push(Slip { face: faces.len(), when: made.when, period: made.period });
        faces.push((Face { role: FaceRole::Slip(number), items }, origins));
    }
    slips
}

/// A slip whose codes pay must print what they say, in texts that are marked so.
fn compared(root: &Keys<'_>, items: &[Item], origins: &[Origin]) {
    let all = || items.iter().zip(origins);
    let payment = all().find_map(|(item, origin)| match item {
        Item::Symbol(symbol) => symbol.kind.payment().map(|payment| (payment, origin)),
        _ => None,
    });
    let Some((payment, origin)) = payment else { return };
    let mut wanted = vec![(Says::Period, "period"), (Says::Amount, "amount")];
    if payment.due.is_some() {
        let is_legal = payment.due == payment.legal_due;
        wanted.push(if is_legal { (Says::Due, "due") } else { (Says::Limit, "limit") });
    }
    for (says, word) in wanted {
        if !all().any(|(_, origin)| origin.prints == Some(says)) {
            let message = format!("no text of the slip is marked `says = \"{word}\"`");
            let finding = Diagnostic::error(codes::SLIPS, message).at(origin.place.clone());
            let hint = "mark the text that prints it: what the code says is compared with it";
            root.doc.push(finding.hint(hint));
        }
    }
}

/// The readings of all faces.
pub(super) fn of(faces: &Faces, slips: &[Slip]) -> Vec<Reading> {
    let mut readings = Vec::new();
    for (face, origins) in faces {
        if matches!(face.role, FaceRole::Slip(_)) {
            continue;
        }
        let of_face = |at, items: &[Item], origins: &[Origin], period| {
            let (symbols, texts) = found(items, origins);
            let face = face.role.word().to_owned();
            (!symbols.is_empty()).then_some(Reading { face, at, period, symbols, texts })
        };
        readings.extend(of_face(vec![[Length::ZERO; 2]], &face.items, origins, None));
        for item in &face.items {
            let Item::Slips(places) = item else { continue };
            for slip in slips {
                let Some((held, origins)) = faces.get(slip.face) else { continue };
                let at = places.corners.iter().map(|corner| [corner.x, corner.y]).collect();
                let period = Some(slip.period.clone());
                readings.extend(of_face(at, &held.items, origins, period));
            }
        }
    }
    readings
}

/// The symbols of a face or slip, and the texts that are marked.
fn found(items: &[Item], origins: &[Origin]) -> (Vec<SymbolPlace>, Vec<TextPlace>) {
    let (mut symbols, mut texts) = (Vec::new(), Vec::new());
    for (item, origin) in items.iter().zip(origins) {
        match item {
            Item::Symbol(symbol) => symbols.push(place_of(symbol)),
            Item::Text(text) => {
                texts.extend(origin.prints.map(|says| TextPlace { says, r#box: sides(text.rect) }));
            }
            _ => {}
        }
    }
    texts.dedup();
    (symbols, texts)
}

fn place_of(symbol: &Symbol) -> SymbolPlace {
    let r#box = sides(symbol.rect);
    let reason = symbol.kind.payment().map(|_| r#box);
    SymbolPlace { kind: symbol.kind.word().to_owned(), r#box, reason }
}

const fn sides(rect: Rect) -> [Length; 4] {
    [rect.x, rect.y, rect.width, rect.height]
}
