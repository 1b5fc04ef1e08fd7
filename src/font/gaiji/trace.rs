//! Bitmaps to outlines: contours along the edges of pixels, with stairs of one pixel made smooth.
//! Every pixel's centre stays on its side, so nothing of the character is lost or added.

use super::bdf::Bitmap;

/// A point in halves of a pixel from the lower left of the bitmap.
pub(super) type Point = [i32; 2];

/// How far a single step is smoothed along the stroke, in halves of a pixel.
const BEVEL_MAX: i32 = 4;

/// The closed contours around the ink, for the non-zero rule: ink on the right.
pub(super) fn outline(bitmap: &Bitmap) -> Vec<Vec<Point>> {
    contours(bitmap).iter().map(|corners| merged(&smooth(corners))).collect()
}

/// Up, right, down, left: each is a turn to the right of the one before.
const DIRECTIONS: [Point; 4] = [[0, 1], [1, 0], [0, -1], [-1, 0]];

/// Whether the boundary leaves a corner of pixels in a direction: there is ink on its right and
/// none on its left.
fn leaves(bitmap: &Bitmap, [x, y]: Point, direction: usize) -> bool {
    let (right, left) = match direction {
        0 => ([x, y], [x - 1, y]),
        1 => ([x, y - 1], [x, y]),
        2 => ([x - 1, y - 1], [x, y - 1]),
        _ => ([x - 1, y], [x - 1, y - 1]),
    };
    bitmap.ink(right[0], right[1]) && !bitmap.ink(left[0], left[1])
}

/// The corners of the boundary, in whole pixels. Pixels that touch by a corner belong together, as
/// those of a slanting stroke do.
fn contours(bitmap: &Bitmap) -> Vec<Vec<Point>> {
    let at = |[x, y]: Point| usize::try_from(y * (bitmap.width + 1) + x).unwrap_or(0);
    let mut seen = vec![false; at([0, bitmap.height + 1])];
    let mut contours = Vec::new();
    // Every contour goes up somewhere, and the lowest such place is a corner.
    for start in (0..bitmap.height).flat_map(|y| (0..=bitmap.width).map(move |x| [x, y])) {
        if seen[at(start)] || !leaves(bitmap, start, 0) {
            continue;
        }
        let (mut corners, mut here, mut direction) = (vec![start], start, 0);
        loop {
            if direction == 0 {
                seen[at(here)] = true;
            }
            let [dx, dy] = DIRECTIONS[direction];
            here = [here[0] + dx, here[1] + dy];
            // To the left first: that is what joins pixels by their corners.
            let turns = [3, 0, 1].map(|turn| (direction + turn) & 3);
            let next = turns.into_iter().find(|&next| leaves(bitmap, here, next));
            let next = next.expect("as many edges leave a corner as come to it");
            if here == start && next == 0 {
                break;
            }
            if next != direction {
                corners.push(here);
                direction = next;
            }
        }
        contours.push(corners);
    }
    contours
}

/// A straight stretch of a contour.
#[derive(Clone, Copy)]
struct Edge {
    start: Point,
    direction: Point,
    /// In pixels.
    length: i32,
    /// Whether the contour turns to the right where it starts.
    right: bool,
}

/// The contour in halves of a pixel, its stairs smoothed: a step of one pixel becomes the middle of
/// its edge, and the runs between such steps the lines from middle to middle.
fn smooth(corners: &[Point]) -> Vec<Point> {
    let n = corners.len();
    let ends = |k: usize| (corners[k % n], corners[(k + 1) % n]);
    let heading = |k: usize| {
        let ([x, y], [to_x, to_y]) = ends(k);
        [(to_x - x).signum(), (to_y - y).signum()]
    };
    let edge = |k: usize| {
        let ([x, y], [to_x, to_y]) = ends(k);
        let (before, direction) = (heading(k + n - 1), heading(k));
        let right = before[1] * direction[0] - before[0] * direction[1] > 0;
        Edge { start: [x, y], direction, length: (to_x - x).abs() + (to_y - y).abs(), right }
    };
    let edges: Vec<Edge> = (0..n).map(edge).collect();
    let edge = |k: usize| edges[k % n];
    let is_step = |k: usize| edge(k).length == 1 && edge(k).right != edge(k + 1).right;
    let mut points = Vec::with_capacity(n);
    for k in n..n * 2 {
        let Edge { start: [x, y], direction: [dx, dy], length, right } = edge(k);
        let mut push = |along: i32| points.push([x * 2 + dx * along, y * 2 + dy * along]);
        if is_step(k) {
            push(1);
            continue;
        }
        let (first, last) = (is_step(k - 1), is_step(k + 1));
        let (before, after) = (edge(k + n - 2).length, edge(k + 2).length);
        let stairs = first && last && right != edge(k + 1).right;
        if stairs && length <= before.max(after) * 2 + 1 {
            continue;
        }
        // A run that ends in a corner meets the step beside it at a slope like the one beyond.
        let room = if first && last { length } else { length * 2 };
        let bevel =
            |step: bool, beyond: i32| if step { beyond.min(BEVEL_MAX).min(room) } else { 0 };
        push(bevel(first, before));
        push(length * 2 - bevel(last, after));
    }
    points
}

/// The same contour without points that stand twice or between two others on a line.
fn merged(points: &[Point]) -> Vec<Point> {
    let mut merged: Vec<Point> = Vec::with_capacity(points.len());
    let straight = |[ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point| {
        (bx - ax) * (cy - by) == (by - ay) * (cx - bx)
    };
    for &point in points {
        while let [.., a, b] = merged[..]
            && straight(a, b, point)
        {
            merged.pop();
        }
        if merged.last() != Some(&point) {
            merged.push(point);
        }
    }
    // The same where the end meets the start.
    while let [first, second, .., before, last] = merged[..] {
        if last == first || straight(before, last, first) {
            merged.pop();
        } else if straight(last, first, second) {
            merged.remove(0);
        } else {
            break;
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bitmap(rows: &[&str]) -> Bitmap {
        let width = rows[0].len();
        let byte = |bits: &[u8]| {
            bits.iter().enumerate().fold(0, |byte, (n, &c)| byte | u8::from(c == b'#') << (7 - n))
        };
        let bytes = rows.iter().flat_map(|row| row.as_bytes().chunks(8).map(byte)).collect();
        let side = |n: usize| i32::try_from(n).expect("small");
        Bitmap::new(side(width), side(rows.len()), bytes)
    }

    /// How often the contours go around a point, and how many edges a ray from it crosses.
    fn around(contours: &[Vec<Point>], [x, y]: Point) -> (i32, u32) {
        let (mut winding, mut crossings) = (0, 0);
        for contour in contours {
            for (n, &[ax, ay]) in contour.iter().enumerate() {
                let [bx, by] = contour[(n + 1) % contour.len()];
                if (ay <= y) == (by <= y) {
                    continue;
                }
                let side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
                assert_ne!(side, 0, "no line goes through the middle of a pixel");
                if (side > 0) == (by > ay) {
                    winding += (by - ay).signum();
                    crossings += 1;
                }
            }
        }
        (winding, crossings)
    }

    fn check(bitmap: &Bitmap) -> Result<(), TestCaseError> {
        let contours = outline(bitmap);
        for [x, y] in (0..bitmap.height).flat_map(|y| (0..bitmap.width).map(move |x| [x, y])) {
            let (winding, crossings) = around(&contours, [x * 2 + 1, y * 2 + 1]);
            let ink = bitmap.ink(x, y);
            prop_assert_eq!((winding != 0, crossings % 2 == 1), (ink, ink), "at {} {}", x, y);
            prop_assert!(winding.abs() <= 1);
        }
        let inside = |&[x, y]: &Point| {
            (0..=bitmap.width * 2).contains(&x) && (0..=bitmap.height * 2).contains(&y)
        };
        prop_assert!(contours.iter().flatten().all(inside));
        prop_assert!(contours.iter().all(|contour| contour.len() >= 3));
        Ok(())
    }

    #[test]
    fn straight_strokes_keep_their_corners() {
        let square = outline(&bitmap(&["##", "##"]));
        assert_eq!(square, [vec![[0, 0], [0, 4], [4, 4], [4, 0]]], "clockwise: ink on the right");
        let ring = outline(&bitmap(&["###", "#.#", "###"]));
        assert_eq!(ring.len(), 2);
        assert_eq!(ring[1], [[4, 2], [4, 4], [2, 4], [2, 2]], "the hole goes the other way");
        assert!(outline(&bitmap(&["..", ".."])).is_empty());
    }

    #[test]
    fn slanting_strokes_are_straight() {
        let slant = outline(&bitmap(&["...#", "..#.", ".#..", "#..."]));
        assert_eq!(slant.len(), 1, "pixels that touch by a corner are one stroke");
        assert_eq!(slant[0], [[0, 0], [0, 1], [7, 8], [8, 8], [8, 7], [1, 0]]);
        let shallow = outline(&bitmap(&["....##", "..##..", "##...."]));
        // The upper side is one line, of the slope of the stairs.
        assert!(shallow[0].windows(2).any(|pair| pair == [[2, 2], [10, 6]]), "{shallow:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn the_middle_of_every_pixel_stays_on_its_side(
            width in 1..20_usize,
            rows in proptest::collection::vec(any::<u32>(), 1..20),
            and in any::<u32>(),
            or in any::<u32>(),
        ) {
            let lines: Vec<String> = rows
                .iter()
                .enumerate()
                .map(|(n, bits)| if n % 3 == 0 { bits & and | or } else { *bits })
                .map(|bits| (0..width).map(|x| if bits >> x & 1 == 1 { '#' } else { '.' }).collect())
                .collect();
            check(&bitmap(&lines.iter().map(String::as_str).collect::<Vec<_>>()))?;
        }

        #[test]
        fn strokes_of_one_pixel_too(slopes in proptest::collection::vec((0..5_usize, 1..4_usize), 1..6)) {
            let mut lines = Vec::new();
            let mut x = 0;
            for (run, rise) in slopes {
                for _ in 0..rise {
                    lines.push((0..32).map(|at| if (x..=x + run).contains(&at) { '#' } else { '.' }).collect::<String>());
                    x += run;
                }
            }
            check(&bitmap(&lines.iter().map(String::as_str).collect::<Vec<_>>()))?;
        }
    }
}
