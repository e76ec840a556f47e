use std::fmt;

/// How to get from the outer file to something inside of it: a name for each level. Empty for the outer file
/// itself.
///
/// The names come from untrusted files. [`segments`](Self::segments) has them as they are, except that bytes
/// that are not UTF-8 are replaced; what is displayed has no control
/// characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WayIn {
    segments: Vec<String>,
}

impl WayIn {
    /// The names, from the outermost inwards. One of a file in an image begins with its layer, as in
    /// `layer-3/usr/bin/app`.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The way to the archive that it is in; `None` of the outer file.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.segments.split_last()?;
        Some(Self { segments: above.to_vec() })
    }

    /// Whether this is the outer file.
    pub fn is_outer_file(&self) -> bool {
        self.segments.is_empty()
    }

    /// What stands after the name of the outer file: each segment with a `!` before it, or nothing.
    pub fn suffix(&self) -> impl fmt::Display {
        Suffix(&self.segments)
    }
}

impl WayIn {
    pub(super) fn push(&mut self, segment: &str) {
        self.segments.push(segment.to_owned());
    }

    pub(super) fn pop(&mut self) {
        self.segments.pop();
    }
}

/// The segments joined by `!`, with control characters escaped, such as `image.tar!layer-3/usr/bin/app`.
impl fmt::Display for WayIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.segments.iter().enumerate() {
            let mark = if index == 0 { "" } else { "!" };
            write!(f, "{mark}{}", Printable(segment))?;
        }
        Ok(())
    }
}

struct Suffix<'a>(&'a [String]);

impl fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|segment| write!(f, "!{}", Printable(segment)))
    }
}

/// A name from a file may have escape sequences that a terminal obeys.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(commands) {
            let mut chars = part.chars();
            match chars.next_back() {
                Some(last) if commands(last) => write!(f, "{}{}", chars.as_str(), last.escape_default())?,
                _ => f.write_str(part)?,
            }
        }
        Ok(())
    }
}

/// Whether a character does something to others: moves the cursor, or changes the direction of what follows.
fn commands(character: char) -> bool {
    let is_direction =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || is_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_command_a_terminal() {
        let path = WayIn { segments: vec!["a\x1b[2Jb".into(), "c\n".into(), "dä\u{202e}".into()] };
        assert_eq!(path.to_string(), r"a\u{1b}[2Jb!c\n!dä\u{202e}");
        assert_eq!(path.suffix().to_string(), r"!a\u{1b}[2Jb!c\n!dä\u{202e}");
        assert_eq!(WayIn::default().suffix().to_string(), "");
    }
}
