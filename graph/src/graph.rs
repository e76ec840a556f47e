use crate::limits::{MAX_DEPENDENCIES, MAX_PACKAGES, MAX_TEXT_BYTES};
use crate::wire;
use crate::{Format, GraphError, Package};

/// The crates that a binary was made from, and which of them needed which.
///
/// Sound by construction: every dependency is the index of a package of the same graph, no package depends on
/// itself directly or through others, at most one package is the root, and there are at most
/// [`MAX_PACKAGES`], with at most [`MAX_DEPENDENCIES`]. The order is canonical: by name, version, source and kind, with the root last; dependencies
/// ascend and do not repeat. Two graphs with the same content are therefore equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    packages: Vec<Package>,
    format: Format,
}

impl Graph {
    /// Makes a graph of packages whose dependencies are indices into `packages`, and puts it into canonical
    /// order.
    ///
    /// # Errors
    ///
    /// [`GraphError::TooManyPackages`], [`GraphError::TooManyDependencies`], [`GraphError::DependencyOutOfRange`], [`GraphError::SeveralRoots`] or
    /// [`GraphError::Cycle`] if the graph would not be sound.
    pub fn new(mut packages: Vec<Package>, format: Format) -> Result<Self, GraphError> {
        if packages.len() > MAX_PACKAGES {
            return Err(GraphError::TooManyPackages(packages.len()));
        }
        let dependencies =
            packages.iter().map(|package| package.dependencies.len()).fold(0, usize::saturating_add);
        if dependencies > MAX_DEPENDENCIES {
            return Err(GraphError::TooManyDependencies(dependencies));
        }
        check_texts(&packages)?;
        check_indices(&packages)?;
        check_roots(&packages)?;
        canonical_order(&mut packages);
        check_acyclic(&packages)?;
        Ok(Self { packages, format })
    }

    /// Reads the JSON form.
    ///
    /// Everything that writers of this format have ever written is accepted: lists without `format`, without a
    /// root, with unknown keys and with unknown sources.
    ///
    /// # Errors
    ///
    /// [`GraphError::JsonTooLarge`], [`GraphError::Json`], or an error of [`Graph::new`].
    pub fn from_json(json: &[u8]) -> Result<Self, GraphError> {
        wire::from_json(json)
    }

    /// Writes the JSON form: compact, with the root last, optional keys only where they say something.
    ///
    /// # Errors
    ///
    /// [`GraphError::NoRoot`], [`GraphError::UnwritableText`] or [`GraphError::WrittenJsonTooLarge`]: what some
    /// reader of the format would refuse or misread is not written.
    pub fn to_json(&self) -> Result<Vec<u8>, GraphError> {
        wire::to_json(self)
    }

    /// The packages, in canonical order.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The package that the binary was built from. Lists of early writers do not name it.
    pub fn root(&self) -> Option<&Package> {
        // The root stands last.
        self.packages.last().filter(|package| package.is_root)
    }

    /// Revision of the list.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The packages that `package`, one of this graph, depends on directly.
    pub fn dependencies<'g>(&'g self, package: &'g Package) -> impl Iterator<Item = &'g Package> {
        package.dependencies.iter().filter_map(|&index| self.package(index))
    }

    /// The package at an index, such as one of [`Package::dependencies`].
    pub fn package(&self, index: u32) -> Option<&Package> {
        self.packages.get(usize::try_from(index).ok()?)
    }
}

fn check_texts(packages: &[Package]) -> Result<(), GraphError> {
    for package in packages {
        let version = &package.version;
        let version_bytes = version.pre.len().saturating_add(version.build.len());
        for bytes in [package.name.len(), version_bytes, package.source.as_str().len()] {
            if bytes > MAX_TEXT_BYTES {
                return Err(GraphError::TextTooLong(bytes));
            }
        }
    }
    Ok(())
}

fn check_indices(packages: &[Package]) -> Result<(), GraphError> {
    for package in packages {
        for &dependency in &package.dependencies {
            if usize::try_from(dependency).map_or(true, |index| index >= packages.len()) {
                return Err(GraphError::DependencyOutOfRange {
                    package: package.name.clone(),
                    dependency,
                    package_count: packages.len(),
                });
            }
        }
    }
    Ok(())
}

fn check_roots(packages: &[Package]) -> Result<(), GraphError> {
    let mut roots = packages.iter().filter(|package| package.is_root);
    match (roots.next(), roots.next()) {
        (Some(first), Some(second)) => Err(GraphError::SeveralRoots(first.name.clone(), second.name.clone())),
        _ => Ok(()),
    }
}

/// Sorts the packages and renumbers their dependencies, which must be in range.
fn canonical_order(packages: &mut [Package]) {
    // As our own lists are, and those of other writers but for the root.
    if !packages.is_sorted_by(|a, b| sort_key(a) <= sort_key(b)) {
        sort(packages);
    }
    for package in packages {
        if !package.dependencies.is_sorted_by(|a, b| a < b) {
            package.dependencies.sort_unstable();
            package.dependencies.dedup();
        }
    }
}

/// Sorts references and moves each package once, since packages are large.
fn sort(packages: &mut [Package]) {
    let mut order: Vec<(usize, &Package)> = packages.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| sort_key(a).cmp(&sort_key(b)));
    let mut places = vec![0; packages.len()];
    for (new, &(old, _)) in order.iter().enumerate() {
        if let Some(place) = places.get_mut(old) {
            *place = new;
        }
    }
    for dependency in packages.iter_mut().flat_map(|package| &mut package.dependencies) {
        let new = usize::try_from(*dependency).ok().and_then(|old| places.get(old));
        if let Some(new) = new.and_then(|&new| u32::try_from(new).ok()) {
            *dependency = new;
        }
    }
    for start in 0..places.len() {
        while let Some(&place) = places.get(start)
            && place != start
        {
            packages.swap(start, place);
            places.swap(start, place);
        }
    }
}

/// Root last: one reader of the format drops every entry that has the key `root` and counts on with shifted
/// indices, which is right only if nothing follows it.
fn sort_key(package: &Package) -> impl Ord + '_ {
    (package.is_root, &package.name, &package.version, &package.source, package.kind)
}

/// Takes away, again and again, the packages that nothing left depends on (Kahn's algorithm): what remains is a
/// cycle. Linear in packages and dependencies, and no recursion, since a hostile list may be one long chain.
fn check_acyclic(packages: &[Package]) -> Result<(), GraphError> {
    let mut dependents = vec![0u32; packages.len()];
    for package in packages {
        for dependency in &package.dependencies {
            if let Some(count) = usize::try_from(*dependency).ok().and_then(|index| dependents.get_mut(index))
            {
                *count = count.saturating_add(1);
            }
        }
    }
    let mut free: Vec<&Package> = packages
        .iter()
        .zip(&dependents)
        .filter(|&(_, &count)| count == 0)
        .map(|(package, _)| package)
        .collect();
    let mut remaining = packages.len();
    while let Some(package) = free.pop() {
        remaining = remaining.saturating_sub(1);
        for &dependency in &package.dependencies {
            let Ok(index) = usize::try_from(dependency) else { continue };
            if let (Some(count), Some(package)) = (dependents.get_mut(index), packages.get(index)) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    free.push(package);
                }
            }
        }
    }
    if remaining == 0 {
        return Ok(());
    }
    let name =
        packages.iter().zip(&dependents).find(|&(_, &count)| count > 0).map(|(package, _)| &package.name);
    Err(GraphError::Cycle(name.cloned().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Source};
    use semver::Version;

    fn package(name: &str, dependencies: &[u32]) -> Package {
        Package {
            dependencies: dependencies.to_vec(),
            ..Package::new(name, Version::new(1, 0, 0), Source::CratesIo)
        }
    }

    fn root(name: &str, dependencies: &[u32]) -> Package {
        Package { is_root: true, ..package(name, dependencies) }
    }

    fn names(graph: &Graph) -> Vec<&str> {
        graph.packages().iter().map(|package| package.name.as_str()).collect()
    }

    #[test]
    fn order_does_not_depend_on_input_order() {
        let one =
            Graph::new(vec![root("app", &[2, 1]), package("b", &[]), package("z", &[1])], Format(1)).unwrap();
        let two =
            Graph::new(vec![package("z", &[2]), root("app", &[0, 2]), package("b", &[])], Format(1)).unwrap();
        assert_eq!(one, two);
        assert_eq!(names(&one), ["b", "z", "app"]);
        assert_eq!(one.root().unwrap().dependencies, [0, 1]);
    }

    #[test]
    fn two_versions_and_two_sources_of_one_name_stay_apart() {
        let mut newer = package("rand", &[]);
        newer.version = Version::new(2, 0, 0);
        let mut git = package("rand", &[]);
        git.source = Source::Git;
        let graph =
            Graph::new(vec![newer, git, package("rand", &[]), root("app", &[0, 1, 2])], Format(1)).unwrap();
        let order: Vec<String> =
            graph.packages().iter().map(|p| format!("{} {} {}", p.name, p.version, p.source)).collect();
        assert_eq!(
            order,
            ["rand 1.0.0 crates.io", "rand 1.0.0 git", "rand 2.0.0 crates.io", "app 1.0.0 crates.io"]
        );
    }

    #[test]
    fn repeated_dependencies_become_one() {
        let graph = Graph::new(vec![root("app", &[1, 1]), package("b", &[])], Format(1)).unwrap();
        assert_eq!(graph.root().unwrap().dependencies, [0]);
    }

    #[test]
    fn index_out_of_range_is_an_error() {
        let error = Graph::new(vec![package("a", &[1])], Format(1)).unwrap_err();
        assert_eq!(error.to_string(), r#"package "a" depends on package number 1 of a list that has 1"#);
        assert!(Graph::new(vec![package("a", &[u32::MAX])], Format(1)).is_err());
    }

    #[test]
    fn self_dependency_and_longer_cycles_are_errors() {
        assert!(
            matches!(Graph::new(vec![package("a", &[0])], Format(1)), Err(GraphError::Cycle(name)) if name == "a")
        );
        let circle = vec![root("app", &[1]), package("a", &[2]), package("b", &[3]), package("c", &[1])];
        assert!(matches!(Graph::new(circle, Format(1)), Err(GraphError::Cycle(_))));
    }

    #[test]
    fn a_diamond_is_not_a_cycle() {
        let diamond = vec![root("app", &[1, 2]), package("a", &[3]), package("b", &[3]), package("c", &[])];
        assert_eq!(names(&Graph::new(diamond, Format(1)).unwrap()), ["a", "b", "c", "app"]);
    }

    #[test]
    fn a_chain_as_long_as_the_limit_is_fine_and_one_more_is_not() {
        let chain = |length: usize| -> Vec<Package> {
            let next = |i: usize| if i + 1 < length { vec![u32::try_from(i).unwrap() + 1] } else { vec![] };
            (0..length).map(|i| package("p", &next(i))).collect()
        };
        assert!(Graph::new(chain(MAX_PACKAGES), Format(1)).is_ok());
        assert!(matches!(
            Graph::new(chain(MAX_PACKAGES + 1), Format(1)),
            Err(GraphError::TooManyPackages(count)) if count == MAX_PACKAGES + 1
        ));
    }

    #[test]
    fn texts_are_limited() {
        let long = |bytes: usize| Graph::new(vec![package(&"x".repeat(bytes), &[])], Format(1));
        assert!(long(MAX_TEXT_BYTES).is_ok());
        assert!(
            matches!(long(MAX_TEXT_BYTES + 1), Err(GraphError::TextTooLong(bytes)) if bytes == MAX_TEXT_BYTES + 1)
        );
    }

    #[test]
    fn dependencies_are_limited_in_all() {
        let all: Vec<u32> = (1..1_000).collect();
        let dense = |packages: usize| -> Vec<Package> {
            (0..packages.max(1_000)).map(|i| package("p", if i < packages { &all } else { &[] })).collect()
        };
        assert!(
            matches!(Graph::new(dense(300), Format(1)), Err(GraphError::TooManyDependencies(count)) if count == 300 * 999)
        );
    }

    #[test]
    fn two_roots_are_an_error_and_none_is_not() {
        let error = Graph::new(vec![root("a", &[]), root("b", &[])], Format(1)).unwrap_err();
        assert_eq!(error.to_string(), r#"more than one package is marked as the root: "a" and "b""#);
        assert!(Graph::new(vec![package("a", &[])], Format(1)).unwrap().root().is_none());
        assert!(Graph::new(vec![], Format(0)).unwrap().root().is_none());
    }

    #[test]
    fn kind_takes_part_in_the_order() {
        let mut build = package("a", &[]);
        build.kind = Kind::Build;
        let graph = Graph::new(vec![build, package("a", &[])], Format(1)).unwrap();
        assert_eq!(graph.packages()[0].kind, Kind::Runtime);
    }
}
