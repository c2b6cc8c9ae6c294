//! The manifest: data about every model file, checked when read so that the rest need not doubt it.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The manifest as shipped.
pub const SHIPPED: &str = include_str!("../../models/manifest.toml");

/// Every model this build knows.
#[derive(Debug, Clone)]
pub struct Manifest {
    pub models: Vec<Model>,
}

/// One model: what an engine asks for by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub name: String,
    pub purpose: String,
    pub licence: String,
    /// Whose work it is.
    pub origin: String,
    /// Belongs to the set that `saycart models fetch` fetches when no name is given.
    pub default: bool,
    /// The first is the one an engine opens.
    #[serde(rename = "file")]
    pub files: Vec<File>,
    /// What files are made from; not kept.
    #[serde(default, rename = "input")]
    pub inputs: Vec<Input>,
}

/// A file as it lies in the store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// `model`, `config`, …: how code names the file.
    pub role: String,
    /// Plain file name in the store's directory.
    pub name: String,
    /// Processor as `std::env::consts::ARCH` says it, where files differ.
    #[serde(default)]
    pub arch: Option<String>,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    #[serde(default)]
    sources: Vec<Source>,
    #[serde(default)]
    make: Option<Step>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    model: Option<String>,
}

/// How a file comes to be.
#[derive(Debug, Clone, Copy)]
pub enum Making<'a> {
    /// Taken as it is from the first source that works.
    Taken(&'a [Source]),
    /// Made from the model's inputs with these roles, in this order.
    FromInputs(Step, &'a [String]),
    /// Made from the first file of another model.
    FromModel(Step, &'a str),
}

/// A step that makes a file from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Step {
    /// CTranslate2 Whisper weights and vocabulary to ggml in f16.
    #[serde(rename = "whisper-ggml")]
    WhisperGgml,
    /// ggml in f16 to 8 bits and a half a weight.
    #[serde(rename = "ggml-q8_0")]
    Q8_0,
    /// ggml in f16 to 6 bits a weight.
    #[serde(rename = "ggml-q5_1")]
    Q5_1,
}

/// Raw material for a made file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub role: String,
    pub bytes: u64,
    pub sha256: String,
    pub sources: Vec<Source>,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Source {
    Address(Address),
    Package(Package),
    Join(Join),
}

/// A file at the authors' model hub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub address: String,
}

/// Who keeps a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// Wheels, fetched with pip.
    #[default]
    Python,
    /// Archives, fetched with npm.
    Npm,
}

/// A file inside a package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    #[serde(default)]
    pub registry: Registry,
    /// `name==version`.
    pub package: String,
    /// Path inside the wheel or archive.
    pub member: String,
    /// Platform tag; none for a wheel that fits every platform.
    #[serde(default)]
    pub platform: Option<String>,
}

/// A file that was cut to fit into several packages, one part behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    pub join: Vec<Package>,
}

/// A manifest that contradicts itself: a mistake in this build, not of its user.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the model manifest is not valid TOML: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("the model manifest, {place}: {wrong}")]
    Wrong { place: String, wrong: String },
}

impl Manifest {
    /// The manifest of this build.
    pub fn shipped() -> Manifest {
        Manifest::parse(SHIPPED).unwrap_or_else(|error| unreachable!("the shipped manifest is tested: {error}"))
    }

    /// Reads a manifest and checks it.
    ///
    /// # Errors
    /// Says which model is wrong and how: a repeated name, a path for a file name, a hash that is none, an address
    /// without encryption (unless on this very machine), a file without a way to come to be.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Page {
            #[serde(default)]
            model: Vec<Model>,
        }
        let manifest = Manifest { models: toml::from_str::<Page>(text)?.model };
        let mut names = BTreeSet::new();
        for model in &manifest.models {
            if !names.insert(&model.name) {
                return Err(wrong(&model.name, "named twice"));
            }
            manifest.check(model).map_err(|what| wrong(&model.name, what))?;
        }
        Ok(manifest)
    }

    /// The model of that name; also by the part behind the kind (`base` for `whisper-base`) where only one fits.
    pub fn find(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name).or_else(|| {
            let suffix = format!("-{name}");
            let mut fitting = self.models.iter().filter(|model| model.name.ends_with(&suffix));
            fitting.next().filter(|_| fitting.next().is_none())
        })
    }

    /// The known name nearest to `name`, if one is near at all.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        self.models
            .iter()
            .map(|model| (strsim::jaro_winkler(&model.name, name), model.name.as_str()))
            .filter(|(likeness, _)| *likeness > 0.7)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name)
    }

    fn check(&self, model: &Model) -> Result<(), String> {
        if model.files.is_empty() {
            return Err("has no file".into());
        }
        for file in &model.files {
            let plain = !file.name.is_empty() && !file.name.starts_with('.') && !file.name.contains(['/', '\\']);
            if !plain {
                return Err(format!("`{}` is not a plain file name", file.name));
            }
            check_hash(&file.sha256)?;
            file.sources.iter().try_for_each(check_source)?;
            let (taken, inputs, other) = (!file.sources.is_empty(), !file.from.is_empty(), file.model.is_some());
            if [taken, inputs, other].iter().filter(|way| **way).count() != 1 || file.make.is_some() == taken {
                return Err(format!(
                    "`{}` needs either `sources`, or `make` with one of `from` and `model`",
                    file.name
                ));
            }
            if let Some(role) = file.from.iter().find(|role| model.input(role).is_none()) {
                return Err(format!("`{}` is made from `{role}`, which is no input", file.name));
            }
            if let Some(other) = &file.model
                && !self.models.iter().take_while(|m| m.name != model.name).any(|m| m.name == *other)
            {
                return Err(format!("`{}` is made from `{other}`, which does not stand before it", file.name));
            }
        }
        for input in &model.inputs {
            check_hash(&input.sha256)?;
            input.sources.iter().try_for_each(check_source)?;
        }
        Ok(())
    }
}

impl Model {
    /// The files for this machine's processor.
    pub fn files_here(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.arch.as_deref().is_none_or(|arch| arch == std::env::consts::ARCH))
    }

    pub fn input(&self, role: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.role == role)
    }

    /// Bytes it takes in the store, on this machine's processor.
    pub fn bytes(&self) -> u64 {
        self.files_here().map(|file| file.bytes).sum()
    }
}

impl File {
    /// Where it is taken from; empty if it is made.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    pub fn making(&self) -> Making<'_> {
        match (self.make, &self.model) {
            (Some(step), Some(model)) => Making::FromModel(step, model),
            (Some(step), None) => Making::FromInputs(step, &self.from),
            (None, _) => Making::Taken(&self.sources),
        }
    }
}

impl Source {
    /// Host and port of an address.
    pub fn host(&self) -> Option<&str> {
        match self {
            Source::Address(Address { address }) => address.split('/').nth(2),
            Source::Package(_) | Source::Join(_) => None,
        }
    }

    /// The packages it needs, if any.
    pub fn packages(&self) -> &[Package] {
        match self {
            Source::Address(_) => &[],
            Source::Package(package) => std::slice::from_ref(package),
            Source::Join(parts) => &parts.join,
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Address(Address { address }) => f.write_str(address),
            Source::Package(Package { package, .. }) => write!(f, "package {package}"),
            Source::Join(Join { join }) => {
                let names: Vec<_> = join.iter().map(|part| part.package.as_str()).collect();
                write!(f, "packages {}", names.join(" and "))
            }
        }
    }
}

fn wrong(place: &str, wrong: impl Into<String>) -> ManifestError {
    ManifestError::Wrong { place: place.into(), wrong: wrong.into() }
}

fn check_hash(hash: &str) -> Result<(), String> {
    let fits = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    fits.then_some(()).ok_or_else(|| format!("`{hash}` is not a sha256 in lower-case hexadecimal"))
}

fn check_source(source: &Source) -> Result<(), String> {
    match source {
        Source::Address(Address { address }) => {
            let fits = address.starts_with("https://") || address.starts_with("http://127.0.0.1:");
            fits.then_some(()).ok_or_else(|| format!("`{address}` does not start with https://"))
        }
        Source::Package(package) => check_package(package),
        Source::Join(Join { join }) => join.iter().try_for_each(check_package),
    }
}

fn check_package(Package { package, .. }: &Package) -> Result<(), String> {
    match package.split_once("==") {
        Some((name, version)) if !name.is_empty() && !name.starts_with('-') && !version.is_empty() => Ok(()),
        _ => Err(format!("`{package}` does not pin a version (name==version)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    fn page(rest: &str) -> String {
        format!(
            "[[model]]\nname = 'm'\npurpose = ''\nlicence = ''\norigin = ''\ndefault = true\n[[model.file]]\nrole = 'model'\nbytes = 1\n{rest}"
        )
    }

    fn refusal(text: &str) -> String {
        Manifest::parse(text).expect_err("must be refused").to_string()
    }

    #[test]
    fn the_shipped_manifest_holds_the_default_set() {
        let manifest = Manifest::shipped();
        let default: Vec<_> = manifest.models.iter().filter(|m| m.default).map(|m| m.name.as_str()).collect();
        assert_eq!(
            default,
            [
                "whisper-tiny.en",
                "whisper-tiny.en-q8_0",
                "whisper-base-q8_0",
                "piper-en_US-joe-medium",
                "silero-vad",
                "onnxruntime"
            ]
        );
        for model in &manifest.models {
            assert!(!model.licence.is_empty() && !model.purpose.is_empty(), "{} tells too little", model.name);
        }
    }

    #[test]
    fn the_runtime_library_differs_by_processor_and_one_file_is_right_here() {
        let manifest = Manifest::shipped();
        let runtime = manifest.find("onnxruntime").unwrap();
        assert_eq!(runtime.files.len(), 2);
        assert_ne!(runtime.files[0].sha256, runtime.files[1].sha256);
        assert_eq!(runtime.files_here().count(), 1);
    }

    #[test]
    fn a_model_is_found_by_its_short_name_where_that_is_clear() {
        let manifest = Manifest::shipped();
        assert_eq!(manifest.find("base").unwrap().name, "whisper-base");
        assert_eq!(manifest.find("tiny.en").unwrap().name, "whisper-tiny.en");
        assert!(manifest.find("medium.en").is_none());
        assert_eq!(manifest.nearest("wisper-tiny.en"), Some("whisper-tiny.en"));
        assert_eq!(manifest.nearest("zzz"), None);
    }

    #[test]
    fn mistakes_in_a_manifest_are_named() {
        let good = format!("name = 'a.bin'\nsha256 = '{HASH}'\n");
        let source = "sources = [{ address = 'https://hub.example/a' }]";
        Manifest::parse(&page(&format!("{good}{source}"))).unwrap();
        assert!(refusal(&page(&good)).contains("needs either `sources`"));
        assert!(
            refusal(&page(&format!("{good}make = 'whisper-ggml'\nfrom = ['x']"))).contains("`x`, which is no input")
        );
        assert!(refusal(&page(&format!("{good}make = 'whisper-ggml'\nmodel = 'm'"))).contains("does not stand before"));
        assert!(refusal(&page(&format!("name = '../a'\nsha256 = '{HASH}'\n{source}"))).contains("plain file name"));
        assert!(refusal(&page(&format!("name = 'a'\nsha256 = 'AB'\n{source}"))).contains("not a sha256"));
        let open = "sources = [{ address = 'http://hub.example/a' }]";
        assert!(refusal(&page(&format!("{good}{open}"))).contains("https://"));
        let unpinned = "sources = [{ package = 'thing', member = 'a' }]";
        assert!(refusal(&page(&format!("{good}{unpinned}"))).contains("pin a version"));
        let twice = page(&format!("{good}{source}"));
        assert!(refusal(&format!("{twice}\n{twice}")).contains("named twice"));
    }
}
