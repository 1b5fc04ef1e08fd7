//! The texts of a page with those of the external objects that it paints, and how much there is to
//! paint: a page that would take forever is told before anybody draws it.

use super::content::{self, Event, Matrix, multiply};
use super::press_file::{PressFile, STREAM_MAX};
use crate::measure::{Length, Point};
use lopdf::{Dictionary, ObjectId, Stream};
use std::sync::{Arc, PoisonError};

/// Objects painted by objects, painted by objects …
const DEPTH_MAX: usize = 8;
/// Operators of a page with all that it paints, more than any page has.
const OPERATORS_MAX: u64 = 3_000_000;
/// Strings of an external object.
const STRINGS_MAX: usize = 200_000;
/// Dots of a picture that are as much work as an operator.
const DOTS_AN_OPERATOR: u64 = 50;

/// A string as it is shown: the beginning of its baseline from the sheet's top left, and its text.
pub type PageText = (Point, String);

/// What an external object shows.
#[derive(Debug, Default)]
pub(super) struct Painted {
    /// The beginning of each baseline in the object's own space, and the text.
    texts: Vec<([f64; 2], String)>,
    operators: u64,
}

/// A string whose font is not looked up yet.
struct Raw {
    at: [f64; 2],
    font: Vec<u8>,
    bytes: Vec<u8>,
}

impl PressFile {
    /// The texts of a page that begin where `asks` says. `Err` also when the page has more to paint
    /// than any page.
    pub(super) fn texts(
        &self,
        page: usize,
        height: Length,
        asks: &dyn Fn(Point) -> bool,
    ) -> Result<Vec<PageText>, String> {
        let id = *self.pages.get(page).ok_or("there is no such page")?;
        let stream = self.document.get_page_content_with_limit(id, STREAM_MAX);
        let stream = stream.map_err(|error| error.to_string())?;
        let resources = self.resources(id).ok_or("it has no resources")?;
        let mut texts = Vec::new();
        let mut take = |[x, y]: [f64; 2], text: &mut dyn FnMut() -> Option<String>| {
            let Some(point) = point(x, y, height).filter(|point| asks(*point)) else {
                return Some(());
            };
            texts.push((point, text()?));
            Some(())
        };
        let (strings, objects, mut operators) = read(&stream)?;
        for raw in strings {
            let mut text = || self.decoded(resources, &raw);
            take(raw.at, &mut text).ok_or("a text's font has no `ToUnicode`")?;
        }
        for (name, matrix) in objects {
            let painted = self.painted(resources, &name, 0)?;
            operators = operators.saturating_add(painted.operators);
            if operators > OPERATORS_MAX {
                return Err("it has more to paint than any page".to_owned());
            }
            for ([x, y], text) in &painted.texts {
                let at = multiply([1.0, 0.0, 0.0, 1.0, *x, *y], matrix);
                take([at[4], at[5]], &mut || Some(text.clone()));
            }
        }
        if operators > OPERATORS_MAX {
            return Err("it has more to paint than any page".to_owned());
        }
        Ok(texts)
    }

    fn decoded(&self, resources: &Dictionary, raw: &Raw) -> Option<String> {
        let mut text = String::new();
        self.map(resources, &raw.font)?.decode(&raw.bytes, &mut text);
        Some(text)
    }

    /// What the external object of a name shows.
    fn painted(
        &self,
        resources: &Dictionary,
        name: &[u8],
        depth: usize,
    ) -> Result<Arc<Painted>, String> {
        let missing = || "it paints an object that is not there".to_owned();
        let objects = resources.get(b"XObject").ok().and_then(|object| self.dictionary(object));
        let object = objects.and_then(|objects| objects.get(name).ok()).ok_or_else(missing)?;
        let id: ObjectId = object.as_reference().map_err(|_| missing())?;
        let known = || self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(painted) = known().get(&id) {
            return Ok(Arc::clone(painted));
        }
        if depth >= DEPTH_MAX {
            return Err("its objects nest too deep".to_owned());
        }
        let stream = self.document.get_object(id).and_then(|object| object.as_stream());
        let stream = stream.map_err(|_| missing())?;
        let painted = Arc::new(self.paint(stream, resources, depth)?);
        known().insert(id, Arc::clone(&painted));
        Ok(painted)
    }

    fn paint(&self, stream: &Stream, outer: &Dictionary, depth: usize) -> Result<Painted, String> {
        let dictionary = &stream.dict;
        if !dictionary.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|n| n == b"Form")
        {
            let side =
                |key: &[u8]| dictionary.get(key).and_then(lopdf::Object::as_i64).unwrap_or(0);
            let dots = side(b"Width").unsigned_abs().saturating_mul(side(b"Height").unsigned_abs());
            let operators = dots.div_euclid(DOTS_AN_OPERATOR) + 1;
            return Ok(Painted { texts: Vec::new(), operators });
        }
        let content = stream.get_plain_content_with_limit(STREAM_MAX);
        let content = content.map_err(|error| error.to_string())?;
        let own = dictionary.get(b"Resources").ok().and_then(|object| self.dictionary(object));
        let resources = own.unwrap_or(outer);
        let matrix = self.matrix(dictionary);
        let moved = |[x, y]: [f64; 2], by: Matrix| {
            let at = multiply(multiply([1.0, 0.0, 0.0, 1.0, x, y], by), matrix);
            [at[4], at[5]]
        };
        let (strings, objects, operators) = read(&content)?;
        let mut painted = Painted { texts: Vec::new(), operators };
        for raw in strings {
            // An object of a designer may have fonts without text; it says nothing that is compared.
            let text = self.decoded(resources, &raw).unwrap_or_default();
            painted.texts.push((moved(raw.at, content::IDENTITY), text));
        }
        for (name, by) in objects {
            let inner = self.painted(resources, &name, depth + 1)?;
            painted.operators = painted.operators.saturating_add(inner.operators);
            if painted.operators > OPERATORS_MAX {
                return Err("it has more to paint than any page".to_owned());
            }
            let texts = inner.texts.iter().map(|(at, text)| (moved(*at, by), text.clone()));
            painted.texts.extend(texts);
            if painted.texts.len() > STRINGS_MAX {
                return Err("it has more to say than any page".to_owned());
            }
        }
        Ok(painted)
    }

    fn matrix(&self, dictionary: &Dictionary) -> Matrix {
        let array = dictionary.get(b"Matrix").ok();
        let array = array.and_then(|object| self.document.dereference(object).ok());
        let Some(numbers) = array.and_then(|(_, object)| object.as_array().ok()) else {
            return content::IDENTITY;
        };
        let mut matrix = content::IDENTITY;
        for (place, number) in matrix.iter_mut().zip(numbers) {
            *place = number.as_float().map_or(*place, f64::from);
        }
        matrix
    }
}

type Read = (Vec<Raw>, Vec<(Vec<u8>, Matrix)>, u64);

/// The strings and the external objects of a stream, and its operators.
fn read(stream: &[u8]) -> Result<Read, String> {
    let (mut strings, mut objects) = (Vec::new(), Vec::new());
    let operators = content::read(stream, &mut |event| match event {
        Event::Text(text) => strings.push(Raw {
            at: [text.x, text.y],
            font: text.font.to_vec(),
            bytes: text.bytes.to_vec(),
        }),
        Event::Object { name, matrix } => objects.push((name.to_vec(), matrix)),
        Event::Colour(_) => {}
    })?;
    Ok((strings, objects, operators))
}

/// A point of a page in points from its bottom left, as it lies on a sheet of some height.
fn point(x: f64, y: f64, height: Length) -> Option<Point> {
    let um = |points: f64| {
        let um = (points * 25_400.0 / 72.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        (um.abs() < 1e8).then_some(Length::um(um as i32))
    };
    Some(Point { x: um(x)?, y: height - um(y)? })
}
