//! The grammar of sample hints: `word` or `word(value, key=value, …)`; a value is itself a hint, a
//! number, a range or a text. What the words mean is the business of `compile`.

/// A hint or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint {
    /// The word, number, range or text.
    pub(super) word: String,
    /// Its arguments; none for plain values.
    pub(super) args: Vec<Arg>,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arg {
    /// The key before `=`.
    pub(super) key: Option<String>,
    /// The value.
    pub(super) value: Hint,
}

impl Hint {
    /// The two ends of a range `a..b`.
    pub(super) fn range(&self) -> Option<(&str, &str)> {
        self.word.split_once("..").filter(|_| self.args.is_empty())
    }

    /// The two parts of a ratio `a/b`.
    pub(super) fn ratio(&self) -> Option<(i64, i64)> {
        let (a, b) = self.word.split_once('/').filter(|_| self.args.is_empty())?;
        Some((a.trim().parse().ok()?, b.trim().parse().ok().filter(|&b: &i64| b > 0)?))
    }

    /// A plain number.
    pub(super) fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.word.parse().ok().filter(|_| self.args.is_empty())
    }

    /// Arguments without a key.
    pub(super) fn plain(&self) -> impl Iterator<Item = &Hint> {
        self.args.iter().filter(|arg| arg.key.is_none()).map(|arg| &arg.value)
    }

    /// The argument of a key.
    pub(super) fn keyed(&self, key: &str) -> Option<&Hint> {
        self.args.iter().find(|arg| arg.key.as_deref() == Some(key)).map(|arg| &arg.value)
    }
}

/// How deep hints may nest; forms are hostile input.
const DEPTH_MAX: u32 = 8;

/// Reads a hint.
///
/// # Errors
/// What is wrong, in words.
pub(super) fn parse(text: &str) -> Result<Hint, &'static str> {
    let mut rest = text;
    let hint = value(&mut rest, DEPTH_MAX)?;
    if rest.trim().is_empty() { Ok(hint) } else { Err("something follows the closing bracket") }
}

fn value(rest: &mut &str, depth: u32) -> Result<Hint, &'static str> {
    *rest = rest.trim_start();
    if rest.starts_with('\'') {
        return Ok(Hint { word: quoted(rest)?, args: Vec::new() });
    }
    let end = rest.find(['(', ')', ',', '=', '\'']).unwrap_or(rest.len());
    let word = rest[..end].trim().to_owned();
    *rest = &rest[end..];
    if word.is_empty() {
        return Err("a word is missing");
    }
    let mut args = Vec::new();
    if let Some(inner) = rest.strip_prefix('(') {
        if depth == 0 {
            return Err("brackets nest too deep");
        }
        *rest = inner;
        loop {
            args.push(arg(rest, depth - 1)?);
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                *rest = after;
                break;
            }
            *rest = rest.strip_prefix(',').ok_or("a comma or a closing bracket is missing")?;
        }
    }
    Ok(Hint { word, args })
}

fn arg(rest: &mut &str, depth: u32) -> Result<Arg, &'static str> {
    let first = value(rest, depth)?;
    *rest = rest.trim_start();
    match rest.strip_prefix('=') {
        Some(after) if first.args.is_empty() => {
            *rest = after;
            Ok(Arg { key: Some(first.word), value: value(rest, depth)? })
        }
        Some(_) => Err("a key cannot have brackets"),
        None => Ok(Arg { key: None, value: first }),
    }
}

/// A text in single quotes; two of them stand for one.
fn quoted(rest: &mut &str) -> Result<String, &'static str> {
    let mut text = String::new();
    loop {
        let inner = &rest[1..];
        let end = inner.find('\'').ok_or("a quote never closes")?;
        text.push_str(&inner[..end]);
        *rest = &inner[end + 1..];
        if !rest.starts_with('\'') {
            return Ok(text);
        }
        text.push('\'');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_have_words_and_arguments() {
        let hint = parse("often(10, pick(A=70, '口座, 他'=30))").expect("a good hint");
        assert_eq!(hint.word, "often");
        let inner: Vec<_> = hint.plain().collect();
        assert_eq!(inner[0].number::<u32>(), Some(10));
        assert_eq!(inner[1].keyed("口座, 他").and_then(Hint::number::<u32>), Some(30));
        assert_eq!(parse("yen(1..9)").expect("good").args[0].value.range(), Some(("1", "9")));
        assert_eq!(
            parse("rate(a, 14/1000)").expect("good").args[1].value.ratio(),
            Some((14, 1000))
        );
        assert_eq!(parse("fixed('it''s')").expect("good").args[0].value.word, "it's");
        assert_eq!(parse(" serial ").expect("good").word, "serial");
    }

    #[test]
    fn bad_hints_say_why() {
        for text in ["", "a(", "a(b", "a(b))", "a(,)", "a('b", "a(b(c)=d)", "a()"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse(&"a(".repeat(20)), Err("brackets nest too deep"));
    }
}
