//! WebAssembly modules and components.
//!
//! ```text
//! 00 61 73 6d  01 00 00 00  sections   a module
//! 00 61 73 6d  0d 00 01 00  sections   a component
//!
//! section: id (1 byte)  size of the content (LEB128)  content
//!   id 0, custom     content: size of the name (LEB128)  name  data
//!   id 1, component  content: a module
//!   id 4, component  content: a component
//!   id 5, module     content: number of memories (LEB128)  flags of the first  ...
//! ```
//!
//! Sections are skipped by their size, so the cost grows with their number and not with the size of the code.
//! Sources: the WebAssembly core specification, "Binary Format: Modules", and the component model's
//! `Binary.md`.

use crate::container::Headers;
#[cfg(feature = "facts")]
use crate::container::section::{NAME_BYTES, Role, Section, Visitor, name as name_of};
use crate::limits::{MAX_DEPTH, MAX_MODULES, MAX_SECTIONS};
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use auditable_graph::section::NAME;
use std::ops::Range;

/// A module or component.
pub(crate) struct Module {
    /// Which one: the number of the nested module or component in each enclosing component, from the
    /// outermost inwards. Empty for the outermost itself.
    pub(crate) path: Vec<u32>,
    pub(crate) range: Range<u64>,
    pub(crate) headers: Headers,
}

/// Reads the headers of all sections. The outermost module or component comes first, nested ones follow in
/// the order of the file.
///
/// # Errors
///
/// If the file begins neither as a module nor as a component.
pub(crate) fn modules(file: &Window<'_>) -> Result<Vec<Module>, Error> {
    let mut walk = Walk { modules: Vec::new(), section_count: 0 };
    walk.module(file, Vec::new())?;
    Ok(walk.modules)
}

struct Walk {
    modules: Vec<Module>,
    /// In all modules together.
    section_count: u64,
}

impl Walk {
    fn module(&mut self, module: &Window<'_>, path: Vec<u32>) -> Result<(), Error> {
        let is_component = match module.array(0, "file ends inside the header")? {
            [0x00, b'a', b's', b'm', 0x01, 0x00, 0x00, 0x00] => false,
            [0x00, b'a', b's', b'm', 0x0d, 0x00, 0x01, 0x00] => true,
            [0x00, b'a', b's', b'm', ..] => return Err(module.malformed("unknown version", 4)),
            _ => return Err(module.malformed("no wasm header", 0)),
        };
        // Its place comes before those of the modules nested in it.
        let index = self.modules.len();
        self.modules.push(Module {
            path: path.clone(),
            range: module.range(),
            headers: Headers { architecture: Architecture::Wasm32, sections: Ok(Vec::new()) },
        });
        let mut architecture = Architecture::Wasm32;
        let sections = self.sections(module, &path, is_component, &mut architecture);
        if let Some(module) = self.modules.get_mut(index) {
            module.headers = Headers { architecture, sections };
        }
        Ok(())
    }

    fn sections(
        &mut self,
        module: &Window<'_>,
        path: &[u32],
        is_component: bool,
        architecture: &mut Architecture,
    ) -> Result<Vec<Range<u64>>, Error> {
        let mut found = Vec::new();
        let mut nested_count = 0u32;
        let mut sections = Sections::new(module);
        while !sections.cursor.is_at_end() {
            self.section_count = self.section_count.saturating_add(1);
            if self.section_count > MAX_SECTIONS {
                return Err(limit("sections", MAX_SECTIONS, module.file_offset(sections.cursor.offset)));
            }
            let (id, content) = sections.section()?;
            match (id, is_component) {
                (0, _) => found.extend(list_data(content)?),
                (1 | 4, true) => {
                    let number = nested_count;
                    nested_count = nested_count.saturating_add(1);
                    let path = path.iter().copied().chain([number]).collect();
                    self.nested(&content, path)?;
                }
                (5, false) if has_64_bit_memory(content)? => *architecture = Architecture::Wasm64,
                _ => {}
            }
        }
        Ok(found)
    }

    /// A damaged module in a component is an error of that module: what encloses it goes on after it.
    fn nested(&mut self, content: &Window<'_>, path: Vec<u32>) -> Result<(), Error> {
        if self.modules.len() >= MAX_MODULES {
            return Err(limit("nested modules", to_u64(MAX_MODULES), content.file_offset(0)));
        }
        let result = if path.len() > MAX_DEPTH {
            Err(limit("levels of nested components", to_u64(MAX_DEPTH), content.file_offset(0)))
        } else {
            self.module(content, path.clone())
        };
        if let Err(error) = result {
            self.modules.push(Module {
                path,
                range: content.range(),
                headers: Headers { architecture: Architecture::Wasm32, sections: Err(error) },
            });
        }
        Ok(())
    }
}

/// Shows the sections of one module, without those of modules nested in it.
///
/// # Errors
///
/// Those of the visitor, or if a section is unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_section(module: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    let mut sections = Sections::new(module);
    while !sections.cursor.is_at_end() {
        let (id, content) = sections.section()?;
        let (name, data) = match id {
            0 => {
                let (name, data) = custom(content)?;
                (name_of(&name.prefix::<NAME_BYTES>(0)?.0), data)
            }
            _ => (String::new(), content),
        };
        visit(Section {
            name,
            role: match id {
                10 => Role::Code,
                11 => Role::Data,
                _ => Role::Other,
            },
            offset: data.range().start.saturating_sub(module.range().start),
            size: data.len(),
            addresses: if id == 10 { 0..data.len() } else { 0..0 },
            is_compressed: false,
        })?;
    }
    Ok(())
}

/// The data of a custom section that has the name of the list.
fn list_data(content: Window<'_>) -> Result<Option<Range<u64>>, Error> {
    let (name, data) = custom(content)?;
    if name.len() != to_u64(NAME.len()) || name.array::<{ NAME.len() }>(0, NAME_ENDS)? != *NAME.as_bytes() {
        return Ok(None);
    }
    Ok(Some(data.range()))
}

/// The name and the data of a custom section.
fn custom(content: Window<'_>) -> Result<(Window<'_>, Window<'_>), Error> {
    let mut cursor = Cursor { window: content, offset: 0 };
    let name_size = u64::from(cursor.leb128()?);
    let name = cursor.window.part(cursor.offset, name_size, NAME_ENDS)?;
    let data_offset = cursor.offset.saturating_add(name_size);
    let data = cursor.window.part(data_offset, cursor.window.len().saturating_sub(data_offset), NAME_ENDS)?;
    Ok((name, data))
}

/// The sections of one module or component, one after the other.
struct Sections<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Sections<'a> {
    fn new(module: &Window<'a>) -> Self {
        Self { cursor: Cursor { window: module.clone(), offset: HEADER_BYTES } }
    }

    /// The number of the next section, and its content.
    fn section(&mut self) -> Result<(u8, Window<'a>), Error> {
        let id = self.cursor.byte()?;
        let size = self.cursor.leb128()?;
        let content =
            self.cursor.window.part(self.cursor.offset, size.into(), "section ends past the module")?;
        self.cursor.offset = self.cursor.offset.saturating_add(size.into());
        Ok((id, content))
    }
}

/// Whether the first memory that a module defines has 64-bit addresses. Imported memories are not looked at.
fn has_64_bit_memory(content: Window<'_>) -> Result<bool, Error> {
    let mut cursor = Cursor { window: content, offset: 0 };
    if cursor.leb128()? == 0 {
        return Ok(false);
    }
    Ok(cursor.byte()? & MEMORY_64_FLAG != 0)
}

fn limit(what: &'static str, limit: u64, offset: u64) -> Error {
    Error::Limit { what, limit, actual: limit.saturating_add(1), offset }
}

struct Cursor<'a> {
    window: Window<'a>,
    offset: u64,
}

impl Cursor<'_> {
    fn is_at_end(&self) -> bool {
        self.offset >= self.window.len()
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let [byte] = self.window.array(self.offset, "section header ends past the module")?;
        self.offset = self.offset.saturating_add(1);
        Ok(byte)
    }

    /// An unsigned number of 32 bits: seven bits in each byte, the lowest first, the high bit set in all but
    /// the last byte.
    fn leb128(&mut self) -> Result<u32, Error> {
        let start = self.offset;
        let mut value = 0u32;
        for shift in [0u32, 7, 14, 21, 28] {
            let byte = self.byte()?;
            let bits = u32::from(byte & 0x7f);
            // The fifth byte has room for four bits only.
            if shift == 28 && bits > 0x0f {
                break;
            }
            value |= bits.checked_shl(shift).unwrap_or_default();
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.window.malformed("number has more than 32 bits", start))
    }
}

const NAME_ENDS: &str = "section name ends past the section";

const HEADER_BYTES: u64 = 8;

/// In the flags of a memory: its addresses have 64 bits.
const MEMORY_64_FLAG: u8 = 0x04;
