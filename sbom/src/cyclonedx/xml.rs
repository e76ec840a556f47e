use super::Version;
use super::elements::{
    Bom, Component, Composition, Contact, Dependency, Evidence, ExternalReference, Hash, Identities,
    Identity, LicenseChoice, LicenseName, Metadata, Organization, Property, Tools,
};
use super::tree::bom_refs;
use crate::Document;
use crate::xml::XmlWriter;
use std::io;

/// Writes a document as CycloneDX XML, indented by two spaces, with a newline at the end.
///
/// XML 1.0 has no way to write most control characters: U+FFFD stands in their place. Real lists have none of them.
///
/// Writes many small pieces, so the sink should be buffered. About 1.3 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_xml(document: &Document, version: Version, sink: impl io::Write) -> io::Result<()> {
    let refs = bom_refs(document);
    let bom = Bom::new(document, &refs, version);
    let namespace = format!("http://cyclonedx.org/schema/bom/{}", bom.spec_version);
    let number = bom.version.to_string();
    let attributes = [("xmlns", &*namespace), ("serialNumber", &*bom.serial_number), ("version", &*number)];
    let mut xml = XmlWriter::new(sink)?;
    xml.element("bom", &attributes, |xml| {
        metadata(xml, &bom.metadata)?;
        list(xml, "components", &bom.components, component)?;
        list(xml, "dependencies", &bom.dependencies, dependency)?;
        list(xml, "compositions", &bom.compositions, composition)
    })
}

/// What is written into.
type Xml<'w, W> = &'w mut XmlWriter<W>;

fn metadata<W: io::Write>(xml: Xml<'_, W>, metadata: &Metadata<'_>) -> io::Result<()> {
    xml.element("metadata", &[], |xml| {
        xml.text("timestamp", &[], &metadata.timestamp)?;
        if let Some(lifecycles) = &metadata.lifecycles {
            list(xml, "lifecycles", lifecycles, |xml, lifecycle| {
                xml.element("lifecycle", &[], |xml| xml.text("phase", &[], lifecycle.phase))
            })?;
        }
        tools(xml, &metadata.tools)?;
        contacts(xml, "authors", "author", &metadata.authors)?;
        if let Some(described) = &metadata.component {
            component(xml, described)?;
        }
        if let Some(supplier) = &metadata.supplier {
            organization(xml, supplier)?;
        }
        list(xml, "licenses", &metadata.licenses, license)?;
        properties(xml, &metadata.properties)
    })
}

fn tools<W: io::Write>(xml: Xml<'_, W>, tools: &Tools<'_>) -> io::Result<()> {
    xml.element("tools", &[], |xml| match tools {
        Tools::Legacy(tools) => tools.iter().try_for_each(|tool| {
            xml.element("tool", &[], |xml| {
                xml.text("name", &[], tool.name)?;
                xml.text("version", &[], tool.version)
            })
        }),
        Tools::Current { components } => list(xml, "components", components, |xml, tool| {
            xml.element("component", &[("type", tool.r#type)], |xml| {
                xml.text("name", &[], tool.name)?;
                xml.text("version", &[], tool.version)
            })
        }),
    })
}

/// The elements stand in the order of the schema, which is a sequence.
fn component<W: io::Write>(xml: Xml<'_, W>, component: &Component<'_>) -> io::Result<()> {
    xml.element("component", &[("type", component.r#type), ("bom-ref", component.bom_ref)], |xml| {
        if let Some(supplier) = &component.supplier {
            organization(xml, supplier)?;
        }
        contacts(xml, "authors", "author", &component.authors)?;
        xml.optional("author", component.author.as_deref())?;
        xml.optional("publisher", component.publisher.as_deref())?;
        xml.text("name", &[], component.name)?;
        xml.optional("version", component.version)?;
        xml.optional("description", component.description)?;
        xml.optional("scope", component.scope)?;
        hashes(xml, &component.hashes)?;
        if let Some(licenses) = &component.licenses {
            list(xml, "licenses", licenses, license)?;
        }
        xml.optional("purl", component.purl)?;
        if !component.external_references.is_empty() {
            list(xml, "externalReferences", &component.external_references, reference)?;
        }
        properties(xml, &component.properties)?;
        component.evidence.as_ref().map_or(Ok(()), |known| evidence(xml, known))
    })
}

fn organization<W: io::Write>(xml: Xml<'_, W>, organization: &Organization<'_>) -> io::Result<()> {
    xml.element("supplier", &[], |xml| {
        xml.text("name", &[], organization.name)?;
        organization.url.iter().flatten().try_for_each(|url| xml.text("url", &[], url))?;
        organization.contact.iter().flatten().try_for_each(|who| contact(xml, "contact", who))
    })
}

fn contacts<W: io::Write>(
    xml: Xml<'_, W>,
    all: &str,
    each: &str,
    contacts: &[Contact<'_>],
) -> io::Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    list(xml, all, contacts, |xml, who| contact(xml, each, who))
}

fn contact<W: io::Write>(xml: Xml<'_, W>, element: &str, contact: &Contact<'_>) -> io::Result<()> {
    xml.element(element, &[], |xml| {
        xml.optional("name", contact.name.as_deref())?;
        xml.optional("email", contact.email.as_deref())
    })
}

fn license<W: io::Write>(xml: Xml<'_, W>, choice: &LicenseChoice<'_>) -> io::Result<()> {
    let attribute =
        |acknowledgement: &Option<&'static str>| acknowledgement.map(|word| ("acknowledgement", word));
    match choice {
        LicenseChoice::License { license } => {
            xml.element("license", attribute(&license.acknowledgement).as_slice(), |xml| match license.name {
                LicenseName::Id(id) => xml.text("id", &[], id),
                LicenseName::Name(name) => xml.text("name", &[], name),
            })
        }
        LicenseChoice::Expression { expression, acknowledgement } => {
            xml.text("expression", attribute(acknowledgement).as_slice(), expression)
        }
    }
}

fn hashes<W: io::Write>(xml: Xml<'_, W>, hashes: &[Hash]) -> io::Result<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    list(xml, "hashes", hashes, |xml, hash| xml.text("hash", &[("alg", hash.alg)], &hash.content))
}

fn reference<W: io::Write>(xml: Xml<'_, W>, reference: &ExternalReference<'_>) -> io::Result<()> {
    xml.element("reference", &[("type", reference.r#type)], |xml| {
        xml.text("url", &[], reference.url)?;
        hashes(xml, &reference.hashes)
    })
}

fn properties<W: io::Write>(xml: Xml<'_, W>, properties: &[Property<'_>]) -> io::Result<()> {
    if properties.is_empty() {
        return Ok(());
    }
    list(xml, "properties", properties, |xml, property| {
        xml.text("property", &[("name", property.name)], &property.value)
    })
}

fn evidence<W: io::Write>(xml: Xml<'_, W>, evidence: &Evidence) -> io::Result<()> {
    xml.element("evidence", &[], |xml| match &evidence.identity {
        Identities::One(one) => identity(xml, one),
        Identities::Several(several) => several.iter().try_for_each(|one| identity(xml, one)),
    })
}

fn identity<W: io::Write>(xml: Xml<'_, W>, identity: &Identity) -> io::Result<()> {
    xml.element("identity", &[], |xml| {
        xml.text("field", &[], identity.field)?;
        xml.text("confidence", &[], &identity.confidence.to_string())?;
        list(xml, "methods", &identity.methods, |xml, method| {
            xml.element("method", &[], |xml| {
                xml.text("technique", &[], method.technique)?;
                xml.text("confidence", &[], &method.confidence.to_string())?;
                xml.text("value", &[], method.value)
            })
        })
    })
}

/// The node, with the nodes that it depends on in it.
fn dependency<W: io::Write>(xml: Xml<'_, W>, node: &Dependency<'_>) -> io::Result<()> {
    if node.depends_on.is_empty() {
        return xml.empty("dependency", &[("ref", node.r#ref)]);
    }
    xml.element("dependency", &[("ref", node.r#ref)], |xml| {
        node.depends_on.iter().try_for_each(|reference| xml.empty("dependency", &[("ref", reference)]))
    })
}

fn composition<W: io::Write>(xml: Xml<'_, W>, composition: &Composition<'_>) -> io::Result<()> {
    xml.element("composition", &[], |xml| {
        xml.text("aggregate", &[], composition.aggregate)?;
        for (all, each, refs) in [
            ("assemblies", "assembly", &composition.assemblies),
            ("dependencies", "dependency", &composition.dependencies),
        ] {
            if !refs.is_empty() {
                list(xml, all, refs, |xml, reference| xml.empty(each, &[("ref", reference)]))?;
            }
        }
        Ok(())
    })
}

/// An element with one for each item in it.
fn list<W: io::Write, T>(
    xml: Xml<'_, W>,
    name: &str,
    items: &[T],
    mut each: impl FnMut(&mut XmlWriter<W>, &T) -> io::Result<()>,
) -> io::Result<()> {
    xml.element(name, &[], |xml| items.iter().try_for_each(|item| each(xml, item)))
}
