//! The two lines of a Yucho MT payment slip (払込取扱票, OCR): their check digits, and the first line's
//! build. An eL-QR holds both.

use super::{Error, ErrorKind, digits};

/// The most characters that two check digits cover.
pub const USER_MAX: usize = 42;

/// Two check digits (CD) over 1 to 42 characters.
///
/// # Errors
/// When there are more or none, or one that is none of `0-9 A F H J K L P T V X * + - #`.
pub fn check_digits(user: &str) -> Result<[u8; 2], Error> {
    check_digits_of(user.as_bytes())
}

pub(super) fn check_digits_of(user: &[u8]) -> Result<[u8; 2], Error> {
    if !(1..=USER_MAX).contains(&user.len()) {
        return Err(ErrorKind::Length { found: user.len(), min: 1, max: USER_MAX }.of("user"));
    }
    let (mut first, mut second) = (0, 0);
    for (n, &b) in user.iter().enumerate() {
        let value = value(b).ok_or(ErrorKind::Character.of("user"))?;
        second += value * SECOND_WEIGHTS[n % 16];
        // The first digit covers the second, which stands before the characters.
        first += value * FIRST_WEIGHTS[(n + 1) % 16];
    }
    let second = second % 10;
    let first = (first + second * FIRST_WEIGHTS[0]) % 11 % 10;
    Ok([b'0' + first as u8, b'0' + second as u8])
}

/// The weights of the second digit, from the third position on; they begin again after 16.
const SECOND_WEIGHTS: [u32; 16] = [9, 1, 8, 1, 7, 1, 6, 1, 5, 1, 4, 1, 3, 1, 2, 1];
/// The weights of the first digit, from the second position on; they begin again after 16.
const FIRST_WEIGHTS: [u32; 16] = [2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9, 1];

fn value(b: u8) -> Option<u32> {
    Some(match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A' => 10,
        b'F' => 15,
        b'H' => 17,
        b'J' => 19,
        b'K' => 20,
        b'L' => 21,
        b'P' => 25,
        b'T' => 29,
        b'V' => 31,
        b'X' => 33,
        b'*' => 36,
        b'+' => 37,
        b'-' => 38,
        b'#' => 39,
        _ => return None,
    })
}

/// Appends the check digits and `user` to `line`.
///
/// # Errors
/// As [`check_digits`].
pub fn write_line(user: &str, line: &mut String) -> Result<(), Error> {
    let check = check_digits(user)?;
    line.push_str(digits::text(&check));
    line.push_str(user);
    Ok(())
}

/// Whether a printed line begins with its check digits; blanks and the `X` behind them are no part of it.
#[must_use]
pub fn holds(line: &str) -> bool {
    let line = line.strip_suffix('X').filter(|line| line.ends_with(' ')).unwrap_or(line).trim_end();
    let user = line.is_ascii().then(|| line.split_at_checked(2)).flatten();
    user.is_some_and(|(check, user)| {
        check_digits(user).is_ok_and(|digits| digits == *check.as_bytes())
    })
}

/// Who pays the fee of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fee {
    /// Whoever pays in (払込人負担).
    Payer,
    /// Whoever is paid (加入者負担).
    Payee,
}

/// The first line: check digits, account, amount, fee and 14 digits of the payee's own, 39 digits.
/// The printed line has three blanks and an `X` after them.
///
/// # Errors
/// When `account` has not 11 digits, `own` not 14, or the amount more than 11.
pub fn first_line(account: &str, amount: u64, fee: Fee, own: &str) -> Result<[u8; 39], Error> {
    let mut line = [b'0'; 39];
    digits::put_whole(&mut line[2..13], account, "account")?;
    digits::put(&mut line[13..24], amount, "amount")?;
    line[24] = if fee == Fee::Payee { b'2' } else { b'1' };
    digits::put_whole(&mut line[25..39], own, "own")?;
    let check = check_digits_of(&line[2..])?;
    line[..2].copy_from_slice(&check);
    Ok(line)
}

/// The account of a line (11 digits) from 記号 and 番号 as on a passbook: 12 digits, of which the sixth,
/// a check digit, is left out.
///
/// # Errors
/// When there are not 12 digits.
pub fn account(number: &str) -> Result<[u8; 11], Error> {
    digits::check(number, 12, 12, "account")?;
    let (mut account, number) = ([0; 11], number.as_bytes());
    account[..5].copy_from_slice(&number[..5]);
    account[5..].copy_from_slice(&number[6..]);
    Ok(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_those_of_the_positions() {
        let second =
            "9 1 8 1 7 1 6 1 5 1 4 1 3 1 2 1 9 1 8 1 7 1 6 1 5 1 4 1 3 1 2 1 9 1 8 1 7 1 6 1 5 1";
        let first =
            "2 1 3 1 4 1 5 1 6 1 7 1 8 1 9 1 2 1 3 1 4 1 5 1 6 1 7 1 8 1 9 1 2 1 3 1 4 1 5 1 6 1 7";
        let list = |text: &str| -> Vec<u32> {
            text.split(' ').map(|n| n.parse().expect("a number")).collect()
        };
        let (second, first) = (list(second), list(first));
        assert_eq!((second.len(), first.len()), (42, 43));
        for n in 0..42 {
            assert_eq!(SECOND_WEIGHTS[n % 16], second[n], "{n}");
        }
        for n in 0..43 {
            assert_eq!(FIRST_WEIGHTS[n % 16], first[n], "{n}");
        }
    }

    #[test]
    fn printed_lines_hold() {
        for line in [
            "380000000000000000039500213800012700000",
            "380000000000000000039500213800012700000   X",
            "82000002024010101043487782840440000400000000",
        ] {
            assert!(holds(line), "{line}");
        }
        for line in
            ["", "38", "380", "390000000000000000039500213800012700000", "３８０", "X", "   X"]
        {
            assert!(!holds(line), "{line}");
        }
    }

    #[test]
    fn lines_are_built_and_refused() {
        let own = "13800012700000";
        let line = first_line("00000000000", 39_500, Fee::Payee, own).expect("a line");
        assert_eq!(digits::text(&line), "380000000000000000039500213800012700000");
        assert!(first_line("0", 1, Fee::Payer, own).is_err());
        let large = first_line("00000000000", 100_000_000_000, Fee::Payer, own);
        assert_eq!(large, Err(ErrorKind::TooLarge { max: 99_999_999_999 }.of("amount")));
        assert_eq!(account("001203712345"), Ok(*b"00120712345"));
        for user in ["", "１", "B", "a", " ", &"1".repeat(43)] {
            assert!(check_digits(user).is_err(), "{user}");
        }
        assert!(check_digits("0AFHJKLPTVX*+-#9").is_ok());
    }
}
