use crate::Affected;

/// What a binary can run on, as far as that is known: an advisory about other systems does not apply to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    description: String,
    systems: Vec<String>,
    architectures: Vec<String>,
}

impl Target {
    /// Anything.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// One of these systems and one of these architectures, as in `target_os` and `target_arch` of rustc. None at all
    /// is any: name all that are possible, since what is not named is ruled out. The description completes the sentence
    /// "the binary is ...".
    pub fn new(description: impl Into<String>, systems: &[&str], architectures: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self { description: description.into(), systems: owned(systems), architectures: owned(architectures) }
    }

    /// Why what is affected cannot concern a binary for this target; `None` if it can.
    pub fn rules_out(&self, affected: &Affected) -> Option<String> {
        let excludes = |possible: &[String], wanted: &[String]| {
            !possible.is_empty() && !wanted.is_empty() && !wanted.iter().any(|one| possible.contains(one))
        };
        let wanted = if excludes(&self.systems, &affected.systems) {
            &affected.systems
        } else if excludes(&self.architectures, &affected.architectures) {
            &affected.architectures
        } else {
            return None;
        };
        let verb = if wanted.len() == 1 { "is" } else { "are" };
        Some(format!("only {} {verb} affected, and the binary is {}", wanted.join(", "), self.description))
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
        let linux = Target::new("ELF for x86_64", &["linux", "android"], &["x86_64"]);
        assert_eq!(linux.rules_out(&affected(&[], &[])), None);
        assert_eq!(linux.rules_out(&affected(&["windows", "android"], &["x86", "x86_64"])), None);
        assert_eq!(
            linux.rules_out(&affected(&["windows"], &[])).as_deref(),
            Some("only windows is affected, and the binary is ELF for x86_64")
        );
        assert_eq!(
            linux.rules_out(&affected(&[], &["x86", "aarch64"])).as_deref(),
            Some("only x86, aarch64 are affected, and the binary is ELF for x86_64")
        );
        assert_eq!(Target::unknown().rules_out(&affected(&["windows"], &["x86"])), None);
        assert_eq!(Target::new("ELF", &["linux"], &[]).rules_out(&affected(&[], &["x86"])), None);
    }
}
