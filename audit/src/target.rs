use crate::Affected;

/// What a binary can run on, as far as that is known: an advisory about other systems does not apply to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    systems: Vec<String>,
    architectures: Vec<String>,
}

impl Target {
    /// Anything.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// One of these systems and one of these architectures, as in `target_os` and `target_arch` of rustc. None at all
    /// is any: name all that are possible, since what is not named is ruled out.
    pub fn new<S: Into<String>>(
        systems: impl IntoIterator<Item = S>,
        architectures: impl IntoIterator<Item = S>,
    ) -> Self {
        let texts = |texts: &mut dyn Iterator<Item = S>| texts.map(Into::into).collect();
        Self {
            systems: texts(&mut systems.into_iter()),
            architectures: texts(&mut architectures.into_iter()),
        }
    }

    /// Why what is affected cannot concern a binary for this target; `None` if it can.
    pub fn rules_out(&self, affected: &Affected) -> Option<String> {
        let excludes = |possible: &[String], wanted: &[String]| {
            !possible.is_empty() && !wanted.is_empty() && !wanted.iter().any(|one| possible.contains(one))
        };
        for (possible, wanted) in
            [(&self.systems, &affected.systems), (&self.architectures, &affected.architectures)]
        {
            if excludes(possible, wanted) {
                return Some(format!(
                    "only {} affected, and the binary is for {}",
                    are(wanted),
                    either(possible)
                ));
            }
        }
        None
    }
}

fn are(names: &[String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(", "))
}

fn either(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [first, .., last] if names.len() > 4 => format!("another system ({first} to {last})"),
        several => several.join(" or "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collection, Ranges};

    fn affected(systems: &[&str], architectures: &[&str]) -> Affected {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Affected {
            systems: owned(systems),
            architectures: owned(architectures),
            ..Affected::new(Collection::Crates, "one", Ranges::everything())
        }
    }

    #[test]
    fn only_what_is_certain_is_ruled_out() {
        let linux = Target::new(["linux", "android"], ["x86_64"]);
        assert_eq!(linux.rules_out(&affected(&[], &[])), None);
        assert_eq!(linux.rules_out(&affected(&["windows", "android"], &["x86", "x86_64"])), None);
        assert_eq!(
            linux.rules_out(&affected(&["windows"], &[])).as_deref(),
            Some("only windows is affected, and the binary is for linux or android")
        );
        assert_eq!(
            linux.rules_out(&affected(&[], &["x86", "aarch64"])).as_deref(),
            Some("only x86, aarch64 are affected, and the binary is for x86_64")
        );
        assert_eq!(Target::unknown().rules_out(&affected(&["windows"], &["x86"])), None);
    }
}
