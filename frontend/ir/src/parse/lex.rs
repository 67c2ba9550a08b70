//! Tokens of the text form. Owns spelling; knows no grammar but that a line's first token is marked, because lines end
//! instructions and items.

use super::ParseError;
use crate::print::is_name_byte;
use std::borrow::Cow;

/// What a token is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Kind<'t> {
    /// A word: letters, digits, `_`, `.`, `$`.
    Word(&'t str),
    /// What starts with a digit: an integer, a hexadecimal one, a float; unsigned.
    Number(&'t str),
    /// `@name`.
    Symbol(Cow<'t, str>),
    /// Text in quotes.
    Text(Vec<u8>),
    /// Hexadecimal bytes in quotes behind `x`.
    Hex(Vec<u8>),
    /// `->`
    Arrow,
    /// Any other character.
    Punct(char),
    /// The end of the text.
    End,
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    /// Byte offset in the text.
    pub(super) start: usize,
    /// Whether it is the first of its line.
    pub(super) first: bool,
}

/// All tokens, the last being [`Kind::End`], which counts as first of a line.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, ParseError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut first = true;
    loop {
        first |= lexer.skip_blank();
        let start = lexer.at;
        let kind = lexer.token()?;
        if kind == Kind::End {
            tokens.push(Token { kind, start, first: true });
            return Ok(tokens);
        }
        tokens.push(Token { kind, start, first });
        first = false;
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Skips blanks, and comments from `;` to the end of the line. Whether a line ended.
    fn skip_blank(&mut self) -> bool {
        let mut newline = false;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' => newline = true,
                b' ' | b'\t' | b'\r' => {}
                b';' => {
                    let rest = &self.text.as_bytes()[self.at..];
                    self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        newline
    }

    fn token(&mut self) -> Result<Kind<'t>, ParseError> {
        let Some(byte) = self.byte(0) else { return Ok(Kind::End) };
        Ok(match byte {
            b'@' if self.byte(1) == Some(b'"') => {
                self.at += 1;
                let start = self.at;
                let name = String::from_utf8(self.quoted()?)
                    .map_err(|_| ParseError::at(self.text, start, "a name must be UTF-8".into()))?;
                Kind::Symbol(Cow::Owned(name))
            }
            b'@' => {
                self.at += 1;
                let name = self.word();
                if name.is_empty() {
                    return Err(ParseError::at(self.text, self.at, "expected a name behind @".into()));
                }
                Kind::Symbol(Cow::Borrowed(name))
            }
            b'"' => Kind::Text(self.quoted()?),
            b'x' if self.byte(1) == Some(b'"') => {
                self.at += 1;
                Kind::Hex(self.hex()?)
            }
            b'0'..=b'9' => Kind::Number(self.number()),
            _ if is_name_byte(byte) => Kind::Word(self.word()),
            b'-' if self.byte(1) == Some(b'>') => {
                self.at += 2;
                Kind::Arrow
            }
            _ => {
                let c = self.text[self.at..].chars().next().expect("not at the end");
                self.at += c.len_utf8();
                Kind::Punct(c)
            }
        })
    }

    fn word(&mut self) -> &'t str {
        let start = self.at;
        while self.byte(0).is_some_and(is_name_byte) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// A number, with the sign of its decimal exponent if it has one.
    fn number(&mut self) -> &'t str {
        let start = self.at;
        let word = self.word();
        if word.ends_with('e') && !word.starts_with("0x") && matches!(self.byte(0), Some(b'+' | b'-')) {
            self.at += 1;
            self.word();
        }
        &self.text[start..self.at]
    }

    fn quoted(&mut self) -> Result<Vec<u8>, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let Some(byte) = self.byte(0) else {
                return Err(ParseError::at(self.text, start, "the text in quotes does not end".into()));
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(bytes),
                b'\\' => {
                    let (escaped, length) = match (self.byte(0), self.byte(1)) {
                        (Some(c @ (b'"' | b'\\')), _) => (c, 1),
                        (Some(b'n'), _) => (b'\n', 1),
                        (Some(high), Some(low)) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                            (digit(high) * 16 + digit(low), 2)
                        }
                        _ => return Err(ParseError::at(self.text, self.at - 1, "unknown escape".into())),
                    };
                    bytes.push(escaped);
                    self.at += length;
                }
                byte => bytes.push(byte),
            }
        }
    }

    fn hex(&mut self) -> Result<Vec<u8>, ParseError> {
        let start = self.at;
        self.at += 1;
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|b| !b.is_ascii_hexdigit()).unwrap_or(rest.len());
        if rest.get(length) != Some(&b'"') || length % 2 != 0 {
            return Err(ParseError::at(self.text, start, "expected pairs of hexadecimal digits up to a quote".into()));
        }
        self.at += length + 1;
        Ok(rest[..length].chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect())
    }
}

/// Value of a hexadecimal digit.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    }
}
