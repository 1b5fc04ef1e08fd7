//! What is on the paper before it is printed (プレ印刷): it is the same on every page, and its
//! pictures are not in press files.

use super::codes;
use super::compile::Compiled;
use super::layout::{Face, Image, Item, Picture};
use super::site::Origin;
use super::source::Document;
use crate::diag::Diagnostic;

/// Reports what is on the paper and depends on the record.
pub(super) fn same_on_every_page(doc: &Document<'_>, faces: &[(Face, Vec<Origin>)]) {
    for (item, origin) in faces.iter().flat_map(|(face, origins)| face.items.iter().zip(origins)) {
        if origin.preprinted && !item.is_static() {
            let message = "what is on the paper already is the same for every record";
            let finding = Diagnostic::error(codes::ON_STOCK, message).at(origin.place.clone());
            doc.push(finding.hint("name tenant, job or parameters here, not fields"));
        }
    }
}

/// The images of a form in their order, but those last that only the paper brings.
pub(super) fn printed_first(
    images: Vec<Picture>,
    faces: &mut [Face],
    origins: &[Vec<Origin>],
) -> Vec<Picture> {
    let mut is_printed = vec![false; images.len()];
    for (face, origins) in faces.iter().zip(origins) {
        for (item, _) in face.items.iter().zip(origins).filter(|(_, origin)| !origin.preprinted) {
            for image in images_of(item) {
                is_printed[usize::from(image.image)] = true;
            }
        }
    }
    let mut order: Vec<usize> = (0..images.len()).collect();
    order.sort_by_key(|&image| !is_printed[image]);
    let number = |image: &mut Image| {
        let known = usize::from(image.image);
        let now = order.iter().position(|&image| image == known).unwrap_or(known);
        image.image = u16::try_from(now).expect("as many as before");
    };
    for item in faces.iter_mut().flat_map(|face| &mut face.items) {
        match item {
            Item::Image(image) => number(image),
            Item::Cards(cards) => cards.items.iter_mut().for_each(|item| {
                if let Item::Image(image) = item {
                    number(image);
                }
            }),
            _ => {}
        }
    }
    let mut images: Vec<Option<Picture>> = images.into_iter().map(Some).collect();
    order.into_iter().filter_map(|image| images[image].take()).collect()
}

impl Compiled {
    /// How many of the form's images are printed: the first ones. Those after them are on the paper
    /// already, and only previews show them.
    #[must_use]
    pub fn printed_images(&self) -> usize {
        let faces = self.form.faces.iter().zip(&self.origins);
        let items = faces.flat_map(|(face, origins)| face.items.iter().zip(origins));
        let printed = items.filter(|(_, origin)| !origin.preprinted);
        let printed = printed.flat_map(|(item, _)| images_of(item));
        printed.map(|image| usize::from(image.image) + 1).max().unwrap_or(0)
    }

    /// Every image of the form with the origin of the element that it belongs to.
    pub fn images(&self) -> impl Iterator<Item = (&Image, &Origin)> {
        let faces = self.form.faces.iter().zip(&self.origins);
        let items = faces.flat_map(|(face, origins)| face.items.iter().zip(origins));
        items.flat_map(|(item, origin)| images_of(item).map(move |image| (image, origin)))
    }
}

/// The images of an item, those on cards too.
fn images_of(item: &Item) -> impl Iterator<Item = &Image> {
    let items = match item {
        Item::Cards(cards) => cards.items.as_slice(),
        item => std::slice::from_ref(item),
    };
    items.iter().filter_map(|item| match item {
        Item::Image(image) => Some(image),
        _ => None,
    })
}
