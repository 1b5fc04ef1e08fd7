use super::Drawing;
use crate::diag::Findings;
use std::fmt::Write as _;

fn read(svg: &str) -> Result<Drawing, Findings> {
    Drawing::from_svg("art.svg", svg.as_bytes(), &mut Findings::new())
}

/// A drawing 200 points wide and 100 high, two pixels a point.
fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         width='200pt' height='100pt' viewBox='0 0 200 100'>{inside}</svg>"
    )
}

/// The operators of a drawing, lines joined by spaces.
#[track_caller]
fn operators(inside: &str) -> String {
    let drawing = read(&svg(inside)).unwrap_or_else(|findings| panic!("{findings:?}"));
    assert_eq!(drawing.size, [200_000, 100_000]);
    let mut out = vec![0; 1 << 20];
    let mut inflater = libdeflater::Decompressor::new();
    let len = inflater.zlib_decompress(&drawing.compressed, &mut out).expect("a zlib stream");
    out.truncate(len);
    String::from_utf8(out).expect("ASCII").trim_end().replace('\n', " ")
}

/// The findings of a drawing as `code line:column message`.
#[track_caller]
fn refused(svg: &str) -> Vec<String> {
    let findings = read(svg).expect_err("refused");
    let show = |finding: &crate::diag::Diagnostic| {
        let place = finding.place.as_ref().expect("a place");
        let (line, column) = (place.line, place.column);
        format!("{} {line}:{column} {}", finding.code.0, finding.message)
    };
    findings.iter().map(show).collect()
}

#[test]
fn shapes_become_paths_from_the_bottom_left() {
    assert_eq!(
        operators("<rect x='10' y='20' width='30' height='40' fill='#808080'/>"),
        ".502 g 10 80 m 40 80 l 40 40 l 10 40 l h f"
    );
    assert_eq!(
        operators("<path d='M0 0h10v10z' fill-rule='evenodd' fill='white'/>"),
        "1 g 0 100 m 10 100 l 10 90 l h f*"
    );
    // What has no area is not filled: a RIP would show a hair of it.
    assert_eq!(
        operators("<path d='M0 0h9v9zM5 5L6 6zM20 20l1 1'/><line x2='9' y2='9'/>"),
        "0 g 0 100 m 9 100 l 9 91 l h f"
    );
    // A quadratic curve becomes a cubic one.
    assert_eq!(operators("<path d='M0 0Q30 0 30 30'/>"), "0 g 0 100 m 20 100 30 90 30 70 c f");
    let line = "<g transform='translate(10 10) scale(2)'><line x1='0' y1='0' x2='5' y2='0' \
                stroke='#f00' stroke-width='.5' stroke-linecap='round' stroke-dasharray='1 2'/></g>";
    assert_eq!(operators(line), ".299 G 1 w 1 J 0 j 4 M [2 4]0 d 10 90 m 20 90 l S");
}

#[test]
fn what_is_known_of_the_state_is_not_said_again() {
    let two = "<g fill='none' stroke='#000'><path d='M0 0h1'/><path d='M0 1h1'/></g>\
               <path d='M0 2h1v1z'/>";
    assert_eq!(
        operators(two),
        "0 G 1 w 0 J 0 j 4 M []0 d 0 100 m 1 100 l S 0 99 m 1 99 l S 0 g 0 98 m 1 98 l 1 97 l h f"
    );
}

#[test]
fn clips_end_with_their_group() {
    let clipped = "<clipPath id='c'><rect width='5' height='5'/></clipPath>\
                   <g clip-path='url(#c)'><path d='M0 0h9v9z'/></g><path d='M0 0h1v1z'/>";
    assert_eq!(
        operators(clipped),
        "q 0 100 m 5 100 l 5 95 l 0 95 l h W n 0 g 0 100 m 9 100 l 9 91 l h f Q \
         0 g 0 100 m 1 100 l 1 99 l h f"
    );
    let several = "<clipPath id='c'><rect width='5' height='5'/><rect width='9' height='1'/>\
                   </clipPath><path clip-path='url(#c)' d='M0 0h9v9z'/>";
    assert_eq!(
        refused(&svg(several)),
        ["E705 1:135 a clip path of several shapes cannot be printed"]
    );
}

#[test]
fn a_stretched_line_is_drawn_as_its_area() {
    let stretched = "<g transform='scale(1 3)'><path d='M0 10H10' stroke='#000'/></g>";
    assert_eq!(operators(stretched), "0 g 0 71.5 m 10 71.5 l 10 68.5 l 0 68.5 l 0 71.5 l h f");
}

#[test]
fn sizes_are_brought_into_a_range() {
    for (width, height, size) in [
        ("1", "2", [750_000, 1_500_000]),
        ("50mm", "25mm", [1_417_323, 708_661]),
        ("9000pt", "1000pt", [900_000, 100_000]),
        ("210mm", "297mm", [595_276, 841_890]),
    ] {
        let drawing = read(&format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'/>"
        ));
        assert_eq!(drawing.expect("a drawing").size, size, "{width} {height}");
    }
}

#[test]
fn what_is_not_printable_is_named() {
    let cases = [
        ("<text>a</text>", "`<text>` cannot be printed"),
        ("<image href='a.png'/>", "`<image>` cannot be printed"),
        ("<script>1</script>", "`<script>` cannot be printed"),
        ("<foreignObject/>", "`<foreignObject>` cannot be printed"),
        (
            "<linearGradient id='g'><stop/></linearGradient><rect fill='url(#g)'/>",
            "`<linearGradient>` cannot be printed",
        ),
        ("<filter id='f'/><g style='filter:url(\"#f\")'/>", "`<filter>` cannot be printed"),
        ("<mask id='f'/><g mask='url( #f )'/>", "`<mask>` cannot be printed"),
        ("<pattern id='f'/><style>path{fill:url(#f)}</style>", "`<pattern>` cannot be printed"),
        ("<marker id='f'/><path marker-end='url(#f)'/>", "`<marker>` cannot be printed"),
        ("<use href='other.svg#a'/>", "this refers to another file"),
        ("<use xlink:href='file:///etc/passwd'/>", "this refers to another file"),
        ("<rect fill='url(http://x/#g)'/>", "this refers to another file"),
        ("<style>@import 'x.css';</style>", "the style sheet loads another file"),
        ("<g opacity='.5'><path d='M0 0h1v1'/></g>", "what is partly transparent"),
        ("<path d='M0 0h1v1' fill-opacity='.5'/>", "what is partly transparent"),
        ("<g style='mix-blend-mode:multiply'><path d='M0 0h1v1'/></g>", "a blend mode"),
        ("<path d='M0 0h1e7v9e6h9e6z' transform='scale(999)'/>", "far outside"),
        ("<path d='M0 0h10000001v1z'/>", "far outside"),
        // So many curves that they fill the memory.
        ("<circle r='1e38'/>", "far outside"),
        ("<rect width='2' height='2' rx='1' ry='9e99%'/>", "far outside"),
        ("<path d='M0 0a1e30 1e30 0 0 1 5 5'/>", "far outside"),
        ("<g font-size='1e7em'><circle r='1em'/></g>", "sizes of a letter"),
        ("<path d='M0 0h9' stroke='#000' stroke-dasharray='.001'/>", "the dashes of a line"),
    ];
    for (inside, message) in cases {
        let found = refused(&svg(inside));
        assert!(found.len() == 1 && found[0].contains(message), "{inside}: {found:?}");
        assert!(found[0].starts_with("E705 "), "{inside}: {found:?}");
    }
    // What is only defined does no harm, and says of a drawing are no part of it.
    let unused = "<title>a</title><metadata><text/></metadata><defs><linearGradient id='g'/>\
                  <filter id='f'><feImage/></filter></defs><x:y xmlns:x='urn:x'/>\
                  <path d='M0 0h1v1z' fill='none' fill-opacity='.5'/>";
    assert_eq!(operators(unused), "");
}

#[test]
fn what_is_no_drawing_is_a_finding() {
    for (text, expected) in [
        ("", "E704 1:1 "),
        ("<html/>", "E704 1:1 not an SVG file: its first element"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>", "E704 1:1 "),
        ("<svg xmlns='http://www.w3.org/2000/svg' width='0'/>", "E704 0:0 not an SVG file"),
    ] {
        let found = refused(text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}: {found:?}");
    }
    assert_eq!(refused(&svg("<path d='M0 0h1v1 banana'/>")).len(), 1);
    assert_eq!(refused(&svg("<use href='#nothing'/>")).len(), 1);
    let binary = Drawing::from_svg("a.svg", &[0xFF, 0xFE], &mut Findings::new());
    assert_eq!(binary.expect_err("refused").errors(), 1);
}

#[test]
fn nearly_black_is_a_doubt() {
    let mut doubts = Findings::new();
    let two = svg("<path d='M0 0h1v1z' fill='#231815'/><path d='M0 0h1v1z' fill='#000'/>");
    Drawing::from_svg("art.svg", two.as_bytes(), &mut doubts).expect("a drawing");
    let doubts: Vec<_> = doubts.iter().map(|doubt| (doubt.code.0, &*doubt.message)).collect();
    assert_eq!(doubts, [("W707", "`#231815` becomes a dark grey, made of dots")]);
}

#[test]
fn bombs_are_findings() {
    let too_complex = |svg: &str| {
        let found = refused(svg);
        assert!(found.iter().all(|finding| finding.starts_with("E706")), "{found:?}");
    };
    let mut laughs = String::from("<!DOCTYPE svg [<!ENTITY a 'ha'>");
    for (n, name) in "bcdefghij".char_indices() {
        let before = "abcdefghi".as_bytes()[n] as char;
        let ten = format!("&{before};").repeat(10);
        write!(laughs, "<!ENTITY {name} '{ten}'>").expect("a string");
    }
    too_complex(&format!("{laughs}]>{}", svg("<title>&j;</title>")));
    let long = "x".repeat(5_000);
    let many = "&a;".repeat(50_000);
    too_complex(&format!("<!DOCTYPE svg [<!ENTITY a '{long}'>]>{}", svg(&many)));

    let mut uses = String::from("<g id='u0'><path d='M0 0h1v1z'/></g>");
    for n in 1..40 {
        let ten = format!("<use href='#u{}'/>", n - 1).repeat(10);
        write!(uses, "<g id='u{n}'>{ten}</g>").expect("a string");
    }
    too_complex(&svg(&uses));
    let mut chain = String::from("<path id='c0' d='M0 0h1v1z'/>");
    for n in 1..500 {
        write!(chain, "<use id='c{n}' href='#c{}'/>", n - 1).expect("a string");
    }
    too_complex(&svg(&chain));
    too_complex(&svg("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"));
    too_complex(&svg(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000))));
    too_complex(&svg(&"<g/>".repeat(30_000)));
    too_complex(&svg(&format!("<path d='M0 0{}'/>", "h.1v.1".repeat(150_000))));
    too_complex(&svg(&format!("<path d='M0 0{}'/>", "h.1".repeat(600_000))));
    let path = format!("<path id='p' d='M0 0{}'/>", "h.1".repeat(30_000));
    too_complex(&svg(&format!("{path}{}", "<use href='#p'/>".repeat(1_000))));
    let rules = "g>g>g{fill:red}".repeat(2_000);
    too_complex(&svg(&format!("<style>{rules}</style>{}", "<g/>".repeat(10_000))));
}

#[test]
fn deep_nesting_up_to_the_limit_is_drawn() {
    let deep = format!("{}<path d='M0 0h1v1z'/>{}", "<g>".repeat(60), "</g>".repeat(60));
    assert_eq!(operators(&deep), "0 g 0 100 m 1 100 l 1 99 l h f");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-z<>/'= #()0-9.-]{0,200}") {
        let _ = read(&text);
        let _ = read(&svg(&text));
        let _ = read(&svg(&format!("<path stroke='#000' d='{}'/>", text.replace(['\'', '<'], " "))));
    }
}
