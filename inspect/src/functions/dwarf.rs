//! Functions in debug information.
//!
//! ```text
//! unit (one for each codegen unit)
//!   subprogram  low_pc, abstract_origin --+     linked if its address is one of code
//!     inlined_subroutine  abstract_origin -|-+  linked with the function that it is inlined into
//!   subprogram  linkage_name, decl_file <-+-+   what is known of the function; without an address
//! ```
//!
//! Linkers cannot remove entries of functions that they drop, and write an address that is none: 0, 1 or the largest
//! (with GNU ld, plus the offset in the section that was dropped).

use super::layout::Layout;
use super::matcher::{Matched, Matcher, is_of_rust};
use super::origin::{Origin, Packages};
use super::reader::{Reader, Source};
use super::told::{Told, name_key};
use super::units::{UnitName, Units};
use super::{Evidence, Reason};
use crate::Error;
use crate::limits::{MAX_INFLATED_DEBUG_BYTES, MAX_UNIT_TABLE_BYTES};
use crate::recover::may_be_file_of_std;
use crate::window::Window;
use gimli::{AttributeValue, DebugInfoOffset, DwAt, DwTag, SectionId, UnitOffset, constants};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// What debug information there is.
pub(super) struct Outcome {
    /// Why it does not tell of all functions, as far as it shows by itself.
    pub(super) reason: Option<Reason>,
    /// What code it tells of.
    pub(super) told: Told,
    /// The crates that it is of.
    pub(super) units: Units,
}

/// Reads all functions in debug information.
///
/// # Errors
///
/// [`Error::Io`]. Damage is an outcome.
pub(super) fn read(
    file: &Window<'_>,
    layout: &Layout,
    packages: &Packages,
    matcher: &mut Matcher<'_>,
) -> Result<Outcome, Error> {
    let outcome = |reason| Outcome { reason: Some(reason), told: Told::default(), units: Units::default() };
    let mut sources: Vec<(SectionId, Source<'_>)> = Vec::new();
    let mut inflated_bytes = 0u64;
    for id in SECTIONS {
        let source = match layout.debug_section(id.name()) {
            Some(section) => {
                let limit = MAX_INFLATED_DEBUG_BYTES.saturating_sub(inflated_bytes);
                match Source::open(file, section, limit) {
                    Ok(Some(source)) => source,
                    Ok(None) => return Ok(outcome(Reason::UnreadableDebugInfo)),
                    Err(Error::Inflate { .. } | Error::Malformed { .. }) => {
                        return Ok(outcome(Reason::DamagedDebugInfo));
                    }
                    Err(error) => return Err(error),
                }
            }
            None if id == SectionId::DebugInfo => return Ok(outcome(Reason::Stripped)),
            None => Source::empty(),
        };
        inflated_bytes = inflated_bytes.saturating_add(source.held_bytes());
        sources.push((id, source));
    }
    let all_bytes: u64 = sources.iter().map(|(_, source)| source.size()).fold(0, u64::saturating_add);
    for (_, source) in &sources {
        source.allow(all_bytes.saturating_mul(READS_PER_BYTE).saturating_add(1 << 20));
    }
    let empty = Source::empty();
    let reader = |id| {
        let source = sources.iter().find_map(|(known, source)| (*known == id).then_some(source));
        Ok::<_, gimli::Error>(Reader::new(source.unwrap_or(&empty), layout.endian))
    };
    let kept = sources.iter().filter(|(id, _)| matches!(id, SectionId::DebugLine | SectionId::DebugAbbrev));
    let mut walk = Walk {
        dwarf: match gimli::Dwarf::load(reader) {
            Ok(dwarf) => dwarf,
            Err(_) => return Ok(outcome(Reason::DamagedDebugInfo)),
        },
        tables: kept.map(|(_, source)| source).collect(),
        layout,
        packages,
        matcher,
        unit_starts: Vec::new(),
        units: VecDeque::new(),
        matches: HashMap::new(),
        files: HashMap::new(),
        told: Told::default(),
        crates: Units::default(),
        has_own: false,
        has_nameless: false,
        is_split: false,
        is_rust: false,
    };
    let result = walk.units();
    let Walk { mut told, crates, has_own, has_nameless, is_split, .. } = walk;
    if let Some(error) = sources.iter().find_map(|(_, source)| source.failure()) {
        return Err(error);
    }
    told.compact();
    let reason = match result {
        Err(_) => Some(Reason::DamagedDebugInfo),
        Ok(()) if told.is_full() => Some(Reason::UnreadableDebugInfo),
        Ok(()) if is_split => Some(Reason::SplitDebugInfo),
        Ok(()) if !has_own => Some(Reason::OnlySymbols),
        Ok(()) if has_nameless => Some(Reason::SomeWithoutDebugInfo),
        Ok(()) => None,
    };
    Ok(Outcome { reason, told, units: crates })
}

type Unit<'s, 'a> = gimli::Unit<Reader<'s, 'a>>;

struct Walk<'s, 'a, 'w, 'q> {
    dwarf: gimli::Dwarf<Reader<'s, 'a>>,
    /// The sections of which `gimli` keeps what it reads.
    tables: Vec<&'s Source<'a>>,
    layout: &'w Layout,
    packages: &'w Packages,
    matcher: &'w mut Matcher<'q>,
    /// Where the units begin.
    unit_starts: Vec<u64>,
    /// Units that others refer to: with link-time optimisation, functions of other crates are inlined.
    units: VecDeque<(u64, Rc<Unit<'s, 'a>>)>,
    /// What functions answer, by the offset of the entry that tells their names.
    matches: HashMap<u64, Rc<Matched>>,
    /// Files by the offset of the unit and their number in it.
    files: HashMap<(u64, u64), Rc<SourceFile>>,
    told: Told,
    crates: Units,
    /// Whether there is code of Rust that is not of the standard library.
    has_own: bool,
    /// Whether something without a name is inlined into a function of Rust, as where there are line tables only.
    has_nameless: bool,
    is_split: bool,
    /// Whether the unit at hand is of Rust.
    is_rust: bool,
}

struct SourceFile {
    path: Option<Rc<str>>,
    origin: Origin,
}

/// What matters of an entry for a function.
struct Entry<R: gimli::Reader> {
    low_pc: Option<AttributeValue<R>>,
    ranges: Option<AttributeValue<R>>,
    linkage_name: Option<AttributeValue<R>>,
    name: Option<AttributeValue<R>>,
    origin: Option<AttributeValue<R>>,
    file: Option<u64>,
}

impl<'s, 'a> Walk<'s, 'a, '_, '_> {
    fn units(&mut self) -> Result<(), gimli::Error> {
        let mut headers = self.dwarf.units();
        while let Some(header) = headers.next()? {
            self.unit_starts.extend(header.debug_info_offset().map(|offset| offset.0));
        }
        for index in 0..self.unit_starts.len() {
            let Some(&start) = self.unit_starts.get(index) else { break };
            let unit = self.load(start)?;
            self.unit(&unit, start)?;
        }
        Ok(())
    }

    fn load(&self, start: u64) -> Result<Unit<'s, 'a>, gimli::Error> {
        self.tables.iter().for_each(|table| table.allow_step(MAX_UNIT_TABLE_BYTES));
        self.dwarf.unit(self.dwarf.unit_header(DebugInfoOffset(start))?)
    }

    fn unit(&mut self, unit: &Unit<'s, 'a>, start: u64) -> Result<(), gimli::Error> {
        if unit.dwo_id.is_some() {
            self.is_split = true;
        }
        let text = |reader: &Option<Reader<'s, 'a>>| {
            reader.as_ref().and_then(|reader| reader.clone().text(MAX_NAME_BYTES)).unwrap_or_default()
        };
        let (folder, name) = (text(&unit.comp_dir), text(&unit.name));
        let is_of_std = may_be_file_of_std(&folder) || may_be_file_of_std(&name);
        let root = unit.entry(unit.header.root_offset())?;
        let is_rust = matches!(
            root.attr_value(constants::DW_AT_language),
            Some(AttributeValue::Language(constants::DW_LANG_Rust))
        );
        self.is_rust = is_rust;
        let mut entries = unit.entries_raw(None)?;
        // The depths of the functions around an entry, and whether they are linked.
        let mut around: Vec<(isize, bool)> = Vec::new();
        let mut names_functions = false;
        let mut has_linkage_names = false;
        while !entries.is_empty() {
            let depth = entries.next_depth();
            let offset = entries.next_offset();
            let Some(abbreviation) = entries.read_abbreviation()? else { continue };
            let tag = abbreviation.tag();
            if !is_function(tag) {
                entries.skip_attributes(abbreviation.attributes())?;
                continue;
            }
            let mut entry = Entry::new();
            for specification in abbreviation.attributes() {
                let attribute = entries.read_attribute(*specification)?;
                entry.set(attribute.name(), attribute.value());
            }
            has_linkage_names |= entry.linkage_name.is_some();
            while around.last().is_some_and(|(outer, _)| *outer >= depth) {
                around.pop();
            }
            if tag == constants::DW_TAG_inlined_subroutine {
                if around.last().is_some_and(|(_, is_linked)| *is_linked) {
                    let matched = self.linked(unit, start, offset, entry, true)?;
                    self.has_nameless |= is_rust && !matched.is_named && !matched.has_source;
                }
                continue;
            }
            let starts = self.starts(unit, &entry)?;
            around.push((depth, !starts.is_empty()));
            if starts.is_empty() {
                continue;
            }
            let matched = self.linked(unit, start, offset, entry, false)?;
            if matched.is_named {
                names_functions = true;
                starts.into_iter().for_each(|address| self.told.add_function(address, matched.name_key));
            }
        }
        if is_rust {
            let table = unit.header.debug_abbrev_offset().0;
            let names_functions = has_linkage_names;
            let unit = UnitName { name: &name, folder: &folder, table, is_of_std, names_functions };
            self.crates.add(&unit, self.packages);
        }
        // A unit with line tables only has entries as well, without the names by which functions are known.
        let mut ranges = self.dwarf.unit_ranges(unit)?;
        while names_functions && let Some(range) = ranges.next()? {
            if self.layout.is_code(range.begin) {
                self.told.add_unit(range.begin..range.end);
                self.has_own |= is_rust && !is_of_std;
            }
        }
        Ok(())
    }

    /// Where the code of a function begins, or each part of it; none if the linker dropped it.
    fn starts(&self, unit: &Unit<'s, 'a>, entry: &Entry<Reader<'s, 'a>>) -> Result<Vec<u64>, gimli::Error> {
        let mut starts = Vec::new();
        if let Some(value) = &entry.low_pc
            && let Some(address) = self.dwarf.attr_address(unit, value.clone())?
        {
            starts.push(address);
        } else if let Some(value) = &entry.ranges
            && let Some(mut ranges) = self.dwarf.attr_ranges(unit, value.clone())?
        {
            while let Some(range) = ranges.next()?
                && starts.len() < MAX_PARTS
            {
                starts.push(range.begin);
            }
        }
        starts.retain(|&address| self.layout.is_code(address));
        Ok(starts)
    }

    /// Counts a linked copy of a function.
    fn linked(
        &mut self,
        unit: &Unit<'s, 'a>,
        start: u64,
        offset: UnitOffset<u64>,
        entry: Entry<Reader<'s, 'a>>,
        is_inlined: bool,
    ) -> Result<Rc<Matched>, gimli::Error> {
        let key = match &entry.origin {
            Some(AttributeValue::UnitRef(origin)) => start.saturating_add(origin.0),
            Some(AttributeValue::DebugInfoRef(origin)) => origin.0,
            _ => start.saturating_add(offset.0),
        };
        let matched = match self.matches.get(&key) {
            Some(matched) => Rc::clone(matched),
            None => {
                let matched = Rc::new(self.matched(unit, start, entry)?);
                if self.matches.len() >= MAX_CACHED {
                    self.matches.clear();
                }
                self.matches.insert(key, Rc::clone(&matched));
                matched
            }
        };
        self.matcher.count(&matched, Evidence::Dwarf, is_inlined);
        Ok(matched)
    }

    /// Finds out what a function is called and where its source lay.
    fn matched(
        &mut self,
        first: &Unit<'s, 'a>,
        first_start: u64,
        mut entry: Entry<Reader<'s, 'a>>,
    ) -> Result<Matched, gimli::Error> {
        let mut other: Option<(u64, Rc<Unit<'s, 'a>>)> = None;
        let mut file: Option<Rc<SourceFile>> = None;
        for _ in 0..MAX_REFERENCES {
            let (start, unit) =
                other.as_ref().map_or((first_start, first), |(start, unit)| (*start, &**unit));
            if file.is_none() {
                file = entry.file.map(|number| self.file(unit, start, number));
            }
            // What has a name for C is known by that which it has in the source.
            let plain = entry.name.filter(|_| self.is_rust && entry.origin.is_none());
            let text =
                |value| Ok::<_, gimli::Error>(self.dwarf.attr_string(unit, value)?.text(MAX_NAME_BYTES));
            let name = match (entry.linkage_name.map(text).transpose()?.flatten(), plain) {
                (Some(name), _) if is_of_rust(&name) => Some(name),
                (name, plain) => plain.map(text).transpose()?.flatten().or(name),
            };
            if let Some(name) = name {
                let (path, origin) = match &file {
                    Some(file) => (file.path.as_ref(), &file.origin),
                    None => (None, &Origin::Unknown),
                };
                let mut matched = self.matcher.function(&name, path, origin);
                matched.has_source = file.is_some();
                if matched.is_named {
                    matched.name_key = name_key(&name);
                }
                return Ok(matched);
            }
            let (next_start, offset) = match entry.origin {
                Some(AttributeValue::UnitRef(offset)) => (start, offset),
                Some(AttributeValue::DebugInfoRef(offset)) => {
                    let index = self.unit_starts.partition_point(|&start| start <= offset.0);
                    let Some(&start) = index.checked_sub(1).and_then(|index| self.unit_starts.get(index))
                    else {
                        break;
                    };
                    (start, UnitOffset(offset.0.saturating_sub(start)))
                }
                _ => break,
            };
            let next =
                if next_start == start { other.clone() } else { Some((next_start, self.other(next_start)?)) };
            entry = Entry::new();
            for attribute in next.as_ref().map_or(first, |(_, unit)| &**unit).entry(offset)?.attrs() {
                entry.set(attribute.name(), attribute.value());
            }
            other = next;
        }
        Ok(Matched::default())
    }

    /// A unit that another refers to.
    fn other(&mut self, start: u64) -> Result<Rc<Unit<'s, 'a>>, gimli::Error> {
        let known = self.units.iter().position(|(known, _)| *known == start);
        let (_, unit) = match known.and_then(|position| self.units.remove(position)) {
            Some(known) => known,
            None => (start, Rc::new(self.load(start)?)),
        };
        self.units.truncate(KEPT_UNITS.saturating_sub(1));
        self.units.push_front((start, Rc::clone(&unit)));
        Ok(unit)
    }

    /// A source file of a unit. What is damaged about it is not known about it.
    fn file(&mut self, unit: &Unit<'s, 'a>, start: u64, number: u64) -> Rc<SourceFile> {
        if let Some(file) = self.files.get(&(start, number)) {
            return Rc::clone(file);
        }
        let path = self.path(unit, number);
        let origin = path.as_deref().map_or(Origin::Unknown, |path| self.packages.origin(path));
        let file = Rc::new(SourceFile { path: path.map(Rc::from), origin });
        if self.files.len() >= MAX_CACHED {
            self.files.clear();
        }
        self.files.insert((start, number), Rc::clone(&file));
        file
    }

    fn path(&self, unit: &Unit<'s, 'a>, number: u64) -> Option<String> {
        let header = unit.line_program.as_ref()?.header();
        let file = header.file(number)?;
        let text = |value| self.dwarf.attr_string(unit, value).ok()?.text(MAX_NAME_BYTES);
        let mut path = text(file.path_name())?;
        let folder = file.directory(header).and_then(text);
        let base = unit.comp_dir.clone().and_then(|base| base.text(MAX_NAME_BYTES));
        for folder in [folder, base].into_iter().flatten() {
            if !is_absolute(&path) && !folder.is_empty() {
                path = format!("{folder}/{path}");
            }
        }
        Some(path)
    }
}

impl<R: gimli::Reader> Entry<R> {
    fn new() -> Self {
        Self { low_pc: None, ranges: None, linkage_name: None, name: None, origin: None, file: None }
    }

    fn set(&mut self, name: DwAt, value: AttributeValue<R>) {
        match name {
            constants::DW_AT_low_pc => self.low_pc = Some(value),
            constants::DW_AT_ranges => self.ranges = Some(value),
            constants::DW_AT_linkage_name | constants::DW_AT_MIPS_linkage_name => {
                self.linkage_name = Some(value)
            }
            constants::DW_AT_name => self.name = Some(value),
            constants::DW_AT_abstract_origin | constants::DW_AT_specification => self.origin = Some(value),
            constants::DW_AT_decl_file => {
                self.file = match value {
                    AttributeValue::FileIndex(number) => Some(number),
                    value => value.udata_value(),
                }
            }
            _ => {}
        }
    }
}

fn is_function(tag: DwTag) -> bool {
    tag == constants::DW_TAG_subprogram || tag == constants::DW_TAG_inlined_subroutine
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.get(1..2) == Some(":")
}

const SECTIONS: [SectionId; 9] = [
    SectionId::DebugInfo,
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];

/// How often each byte may be read on average. Abbreviations are read once for each unit, names once for each
/// function in it.
const READS_PER_BYTE: u64 = 64;

/// How many references lead from a copy of a function to its name: one to the abstract one, one to its declaration.
const MAX_REFERENCES: usize = 8;

/// Parts of one function: compilers move what is seldom executed away from the rest.
const MAX_PARTS: usize = 64;

/// Entries of each cache. Full, it is emptied: what is in it can be read again.
const MAX_CACHED: usize = 1 << 16;

const KEPT_UNITS: usize = 16;

/// Names of functions with closures in iterators in futures have some kB.
const MAX_NAME_BYTES: u64 = 64 << 10;
