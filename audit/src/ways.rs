use crate::Inventory;
use std::collections::VecDeque;

/// How the program came to have each of its packages: a shortest way from the root, or else from a package that nothing
/// depends on.
///
/// Linear in packages and dependencies, however they hang together.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The package before each on its way.
    above: Vec<Option<u32>>,
}

impl Ways {
    pub(crate) fn new(inventory: &Inventory) -> Self {
        let mut above = vec![None; inventory.components.len()];
        let mut is_reached = vec![false; inventory.components.len()];
        let mut is_needed = is_reached.clone();
        for component in &inventory.components {
            for &dependency in &component.package.dependencies {
                mark(&mut is_needed, dependency);
            }
        }
        let all = || (0u32..).zip(&inventory.components);
        let roots = all().filter(|(_, component)| component.package.is_root).map(|(index, _)| index);
        let tops = all().zip(is_needed).filter(|(_, is_needed)| !is_needed).map(|((index, _), _)| index);
        for starts in [roots.collect::<Vec<u32>>(), tops.collect()] {
            let mut queue: VecDeque<u32> =
                starts.into_iter().filter(|&start| mark(&mut is_reached, start)).collect();
            while let Some(here) = queue.pop_front() {
                let Some(component) = inventory.component(here) else { continue };
                for &next in &component.package.dependencies {
                    if mark(&mut is_reached, next) {
                        if let Some(slot) = usize::try_from(next).ok().and_then(|next| above.get_mut(next)) {
                            *slot = Some(here);
                        }
                        queue.push_back(next);
                    }
                }
            }
        }
        Self { above }
    }

    /// The way to a component: indices, its own last; of a way with more than 32 steps the last ones. A component
    /// that is only reached in circles stands alone.
    pub fn to(&self, index: u32) -> Vec<u32> {
        let mut way = vec![index];
        let mut here = index;
        while let Some(&Some(above)) = usize::try_from(here).ok().and_then(|here| self.above.get(here))
            && way.len() < MAX_STEPS
        {
            way.push(above);
            here = above;
        }
        way.reverse();
        way
    }
}

/// Sets a mark, and says whether it is new; not if there is no such index.
fn mark(marks: &mut [bool], index: u32) -> bool {
    let mark = usize::try_from(index).ok().and_then(|index| marks.get_mut(index));
    mark.is_some_and(|mark| !std::mem::replace(mark, true))
}

/// Longest way. Those of real programs have at most about 20 steps, and a list could otherwise ask for a report that is many
/// thousand times its own size.
const MAX_STEPS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;
    use auditable_graph::{Package, Source, Version};

    fn inventory(dependencies: &[&[u32]]) -> Inventory {
        let mut inventory = Inventory::new(Origin::Sbom);
        for dependencies in dependencies {
            let package = Package::new("one", Version::new(1, 0, 0), Source::CratesIo);
            inventory.components.push(Package { dependencies: dependencies.to_vec(), ..package }.into());
        }
        inventory
    }

    #[test]
    fn the_shortest_way_leads_from_the_root() {
        let mut inventory = inventory(&[&[1, 2], &[2], &[3], &[], &[3]]);
        assert_eq!(inventory.ways().to(3), [4, 3]);
        inventory.components[0].package.is_root = true;
        let ways = inventory.ways();
        assert_eq!((ways.to(3), ways.to(0), ways.to(4)), (vec![0, 2, 3], vec![0], vec![4]));
    }

    #[test]
    fn circles_and_wrong_indices_end() {
        let ways = inventory(&[&[1], &[0, 99], &[2]]).ways();
        assert_eq!((ways.to(1), ways.to(2), ways.to(77)), (vec![1], vec![2], vec![77]));
    }

    #[test]
    fn a_chain_without_end_is_cut() {
        let chain: Vec<Vec<u32>> = (1..100_000).map(|next| vec![next]).collect();
        let chain: Vec<&[u32]> = chain.iter().map(Vec::as_slice).collect();
        let way = inventory(&chain).ways().to(99_998);
        assert_eq!((way.len(), way.last()), (MAX_STEPS, Some(&99_998)));
    }
}
