//! Addresses as they are compared: of the many ways to write one, one. Kanji figures become figures,
//! variants of letters their common form, 大字 and 字 and blanks go.

/// The longest name of a municipality in characters.
pub(super) const CITY_MAX: usize = 16;

/// Turns texts into what is compared, in one buffer.
#[derive(Debug, Default)]
pub(super) struct Plain {
    text: String,
}

impl Plain {
    /// A text as it is compared; valid until the next.
    pub(super) fn of(&mut self, text: &str) -> &str {
        self.text.clear();
        let mut chars = text.chars().map(common).peekable();
        let mut number: Option<Number> = None;
        while let Some(c) = chars.next() {
            if let Some(figure) = figure(c) {
                number.get_or_insert_default().push(figure);
                continue;
            }
            if let Some(number) = number.take() {
                self.text.push_str(&number.figures());
            }
            match c {
                c if c.is_whitespace() => {}
                '大' | '小' if chars.peek() == Some(&'字') => {
                    chars.next();
                }
                // 字八森, but not 文字 or 十文字, which belong to names.
                '字' if !self.text.ends_with('文') => {}
                '-' | '－' | '‐' | '―' | '−' | 'ー' | '–' => self.text.push('-'),
                c => self.text.push(c),
            }
        }
        if let Some(number) = number {
            self.text.push_str(&number.figures());
        }
        &self.text
    }
}

/// The form of a letter that stands for all its variants in addresses.
const fn common(c: char) -> char {
    match c {
        '！'..='～' => {
            let half = c as u32 - '！' as u32 + '!' as u32;
            match char::from_u32(half) {
                Some(half) => half.to_ascii_lowercase(),
                None => c,
            }
        }
        'ヶ' | 'ヵ' | 'ケ' | 'が' | 'ガ' => 'ｹ',
        'ッ' | 'つ' | 'っ' | 'ｯ' => 'ツ',
        'の' | '之' | '乃' | 'ﾉ' => 'ノ',
        '髙' => '高',
        '﨑' | '嵜' => '崎',
        '濱' | '濵' => '浜',
        '邊' | '邉' => '辺',
        '澤' => '沢',
        '條' => '条',
        '嶋' => '島',
        '檜' => '桧',
        '龍' => '竜',
        '籠' => '篭',
        '藪' => '薮',
        '檮' => '梼',
        '祗' => '祇',
        '曽' => '曾',
        '鰺' => '鯵',
        '鶯' => '鴬',
        '麴' => '麹',
        '諫' => '諌',
        '瀨' => '瀬',
        '舘' => '館',
        '櫻' => '桜',
        '冨' => '富',
        '廣' => '広',
        '國' => '国',
        '德' => '徳',
        '惠' => '恵',
        '萬' => '万',
        '壽' => '寿',
        '豐' => '豊',
        '驛' => '駅',
        '竈' => '釜',
        '穗' => '穂',
        '渕' => '淵',
        c => c.to_ascii_lowercase(),
    }
}

/// A figure, or a unit of kanji figures.
#[derive(Clone, Copy)]
enum Figure {
    Digit(u8),
    Kanji(u8),
    Unit(u64),
}

fn figure(c: char) -> Option<Figure> {
    const KANJI: &str = "〇一二三四五六七八九";
    if let Some(digit) = c.to_digit(10) {
        return u8::try_from(digit).ok().map(Figure::Digit);
    }
    match c {
        '十' => Some(Figure::Unit(10)),
        '百' => Some(Figure::Unit(100)),
        '千' => Some(Figure::Unit(1000)),
        c => {
            let at = KANJI.chars().position(|kanji| kanji == c)?;
            u8::try_from(at).ok().map(Figure::Kanji)
        }
    }
}

/// A run of figures. 二十四 is 24, 二四 too; 10 after 二 is 210.
#[derive(Default)]
struct Number {
    digits: String,
    sum: u64,
    last: u64,
    units: bool,
}

impl Number {
    fn push(&mut self, figure: Figure) {
        match figure {
            Figure::Digit(digit) | Figure::Kanji(digit) => {
                self.digits.push(char::from(b'0' + digit));
                self.last = self.last.saturating_mul(10).saturating_add(u64::from(digit));
            }
            Figure::Unit(unit) => {
                self.units = true;
                self.sum = self.sum.saturating_add(self.last.max(1).saturating_mul(unit));
                self.last = 0;
            }
        }
    }

    fn figures(&self) -> String {
        if self.units {
            return self.sum.saturating_add(self.last).to_string();
        }
        self.digits.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn many_ways_to_write_are_one() {
        let mut plain = Plain::default();
        for (one, other) in [
            ("北十条西", "北１０条西"),
            ("北二十四条西", "北24条西"),
            ("三ツ森町", "三っ森町"),
            ("霞ヶ原市", "霞が原市"),
            ("霞ヶ原市", "霞ケ原市"),
            ("八峰町大字八森字中浜", "八峰町八森中浜"),
            ("Ａ－１", "a-1"),
            ("西片一丁目", "西片１丁目"),
            ("百二十三番地", "123番地"),
            ("千代田区　丸の内", "千代田区丸ノ内"),
        ] {
            let one = plain.of(one).to_owned();
            assert_eq!(one, plain.of(other), "{other}");
        }
        for (one, other) in
            [("一丁目", "二丁目"), ("十文字町", "十文町"), ("中字", "中"), ("", "一")]
        {
            let plain_one = plain.of(one).to_owned();
            assert_eq!(plain_one == plain.of(other), one == "中字", "{one} {other}");
        }
    }
}
