//! [CSAF 2.0](https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html), profile VEX (section 4.5).

use crate::Advisory;
use crate::report::identity::{crate_purl, document_uuid, file_id, file_purl};
use crate::report::{FileReport, Found, Report, Statement, Status, VexOptions};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The document. `None` if there is nothing to say, since the profile demands a vulnerability, or if the options do not
/// say who publishes it and where, which it demands too.
pub fn document(report: &Report, options: &VexOptions) -> Option<Value> {
    let (author, author_url) = (options.author.as_ref()?, options.author_url.as_ref()?);
    let mut tree = Tree::default();
    let mut vulnerabilities: BTreeMap<&str, Vulnerability<'_>> = BTreeMap::new();
    for (index, found) in report.weaknesses() {
        let product = tree.product(index, report.files.get(index)?, found);
        vulnerabilities
            .entry(&found.finding.advisory.id)
            .or_insert_with(|| Vulnerability {
                names: found.finding.names(),
                advisory: &found.finding.advisory,
                said: Vec::new(),
            })
            .said
            .push((product, Statement::of(found, options)));
    }
    if vulnerabilities.is_empty() {
        return None;
    }
    let tree = tree.into_json();
    let vulnerabilities: Vec<Value> = vulnerabilities.values().map(Vulnerability::to_json).collect();
    let id = document_uuid(&json!([tree, vulnerabilities]));
    let moment = report.moment.to_string();
    Some(json!({
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en",
            "title": "Known vulnerabilities of the crates in these files",
            "publisher": {"category": "other", "name": author, "namespace": author_url},
            "tracking": {
                "id": id.to_string(),
                "status": "final",
                "version": "1",
                "initial_release_date": moment,
                "current_release_date": moment,
                "revision_history": [{"number": "1", "date": moment, "summary": "First version."}],
                "generator": {"engine": {"name": report.tool.name, "version": report.tool.version}},
            },
        },
        "product_tree": tree,
        "vulnerabilities": vulnerabilities,
    }))
}

/// Files, crates, and which crate is in which file. Products are numbered, as `CSAFPID-0001`, in the order in which they
/// are met.
#[derive(Default)]
struct Tree {
    names: Vec<Value>,
    relationships: Vec<Value>,
    files: BTreeMap<usize, String>,
    crates: BTreeMap<(String, String), String>,
    products: BTreeMap<(String, String), String>,
    count: usize,
}

impl Tree {
    /// The product that is a crate in a file.
    fn product(&mut self, index: usize, file: &FileReport, found: &Found) -> String {
        let file_id = self.file(index, file);
        let crate_id = self.of_crate(found);
        let key = (file_id.clone(), crate_id.clone());
        if let Some(id) = self.products.get(&key) {
            return id.clone();
        }
        let id = self.next_id();
        let (name, version) = (&found.package.name, &found.package.version);
        self.relationships.push(json!({
            "category": "default_component_of",
            "full_product_name": {"product_id": id, "name": format!("{name} {version} in {}", title(file))},
            "product_reference": crate_id,
            "relates_to_product_reference": file_id,
        }));
        self.products.insert(key, id.clone());
        id
    }

    fn file(&mut self, index: usize, file: &FileReport) -> String {
        if let Some(id) = self.files.get(&index) {
            return id.clone();
        }
        let id = self.next_id();
        let mut helper = Map::new();
        if let Some(digest) = &file.subject.sha256 {
            helper.insert(
                "hashes".to_owned(),
                json!([{
                    "filename": file.subject.name,
                    "file_hashes": [{"algorithm": "sha256", "value": digest}],
                }]),
            );
        }
        if let Some(purl) = file_purl(&file.subject) {
            helper.insert("purl".to_owned(), purl.into());
        }
        self.add(&id, title(file), helper);
        self.files.insert(index, id.clone());
        id
    }

    fn of_crate(&mut self, found: &Found) -> String {
        let key = (found.package.name.clone(), found.package.version.to_string());
        if let Some(id) = self.crates.get(&key) {
            return id.clone();
        }
        let id = self.next_id();
        let mut helper = Map::new();
        if let Some(purl) = crate_purl(&found.package) {
            helper.insert("purl".to_owned(), purl.into());
        }
        self.add(&id, format!("{} {}", key.0, key.1), helper);
        self.crates.insert(key, id.clone());
        id
    }

    fn add(&mut self, id: &str, name: String, helper: Map<String, Value>) {
        let mut product = Map::new();
        product.insert("product_id".to_owned(), id.into());
        product.insert("name".to_owned(), name.into());
        if !helper.is_empty() {
            product.insert("product_identification_helper".to_owned(), helper.into());
        }
        self.names.push(product.into());
    }

    fn next_id(&mut self) -> String {
        self.count = self.count.saturating_add(1);
        format!("CSAFPID-{:04}", self.count)
    }

    fn into_json(self) -> Value {
        json!({"full_product_names": self.names, "relationships": self.relationships})
    }
}

fn title(file: &FileReport) -> String {
    match &file.subject.sha256 {
        Some(_) => file_id(&file.subject),
        None => file.subject.name.clone(),
    }
}

/// A weakness, and what is said of each product.
struct Vulnerability<'a> {
    names: Vec<&'a str>,
    advisory: &'a Advisory,
    said: Vec<(String, Statement)>,
}

impl Vulnerability<'_> {
    fn to_json(&self) -> Value {
        let mut vulnerability = Map::new();
        if let Some(cve) = self.names.iter().find(|name| is_cve(name)) {
            vulnerability.insert("cve".to_owned(), (*cve).into());
        }
        let ids: Vec<Value> = self
            .names
            .iter()
            .filter(|name| !is_cve(name))
            .map(|name| json!({"system_name": system(name), "text": name}))
            .collect();
        if !ids.is_empty() {
            vulnerability.insert("ids".to_owned(), ids.into());
        }
        if !self.advisory.title.is_empty() {
            vulnerability.insert("title".to_owned(), self.advisory.title.as_str().into());
        }
        vulnerability.insert("release_date".to_owned(), format!("{}T00:00:00Z", self.advisory.date).into());
        let summary = if self.advisory.title.is_empty() { &self.advisory.id } else { &self.advisory.title };
        vulnerability.insert("notes".to_owned(), json!([{"category": "description", "text": summary}]));
        if let Some(page) = self.advisory.page() {
            let reference = json!([{"category": "external", "summary": self.advisory.id, "url": page}]);
            vulnerability.insert("references".to_owned(), reference);
        }
        vulnerability.insert("product_status".to_owned(), self.product_status());
        self.add_scores(&mut vulnerability);
        self.add_reasons(&mut vulnerability);
        vulnerability.into()
    }

    fn product_status(&self) -> Value {
        let mut status = Map::new();
        for (word, wanted) in [
            ("known_affected", Status::Affected),
            ("known_not_affected", Status::NotAffected),
            ("under_investigation", Status::UnderInvestigation),
        ] {
            let products = self.products(wanted);
            if !products.is_empty() {
                status.insert(word.to_owned(), products.into());
            }
        }
        status.into()
    }

    /// CSAF 2.0 knows CVSS 4 not yet, and wants no score for what is not affected.
    fn add_scores(&self, vulnerability: &mut Map<String, Value>) {
        let products: Vec<&str> = self.products_where(|said| said.status != Status::NotAffected);
        let Some(score) = self.advisory.score.as_ref().filter(|score| score.system() != "4.0") else {
            return;
        };
        if products.is_empty() {
            return;
        }
        let cvss = json!({
            "version": score.system(),
            "vectorString": score.vector(),
            "baseScore": score.value(),
            "baseSeverity": score.severity().as_str().to_uppercase(),
        });
        vulnerability.insert("scores".to_owned(), json!([{"products": products, "cvss_v3": cvss}]));
    }

    /// Why something is not affected, what is known, and what to do.
    fn add_reasons(&self, vulnerability: &mut Map<String, Value>) {
        let (mut flags, mut threats, mut remediations) = (Vec::new(), Vec::new(), Vec::new());
        for (product, said) in &self.said {
            if let Some(justification) = said.justification {
                flags.push(json!({"label": justification.as_str(), "product_ids": [product]}));
            }
            threats.push(json!({"category": "impact", "details": said.notes, "product_ids": [product]}));
            if let Some(action) = &said.action {
                remediations.push(json!({
                    "category": if action.starts_with("update ") { "vendor_fix" } else { "none_available" },
                    "details": action,
                    "product_ids": [product],
                }));
            }
        }
        for (key, values) in [("flags", flags), ("threats", threats), ("remediations", remediations)] {
            if !values.is_empty() {
                vulnerability.insert(key.to_owned(), values.into());
            }
        }
    }

    fn products(&self, status: Status) -> Vec<&str> {
        self.products_where(|said| said.status == status)
    }

    fn products_where(&self, is_wanted: impl Fn(&Statement) -> bool) -> Vec<&str> {
        let wanted = self.said.iter().filter(|(_, said)| is_wanted(said));
        wanted.map(|(product, _)| product.as_str()).collect()
    }
}

/// The schema takes nothing else for a CVE.
fn is_cve(name: &str) -> bool {
    let Some((year, number)) = name.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4 && is_number(year) && number.len() >= 4 && is_number(number)
}

fn system(name: &str) -> &'static str {
    match name.split('-').next() {
        Some("RUSTSEC") => "RustSec Advisory Database",
        Some("GHSA") => "GitHub Advisory Database",
        _ => "OSV",
    }
}
