//! What is wrong with a shop description: where, why, and how to mend it.

use std::fmt;

/// A stretch of one of the files read, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub source: u32,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The shop cannot be used.
    Error,
    /// The shop can be used; people may be misunderstood.
    Warning,
}

/// One finding. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub level: Level,
    /// Relative to the shop's directory.
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The line as it stands, and how many of its characters from `column` on are meant; absent for a whole file.
    pub excerpt: Option<(String, usize)>,
}

/// Findings in the order of files and lines; as an error, at least one of them is a [`Level::Error`].
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
pub struct Diagnostics {
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn errors(&self) -> usize {
        self.list.iter().filter(|d| d.level == Level::Error).count()
    }
    pub fn warnings(&self) -> usize {
        self.list.len() - self.errors()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, diagnostic) in self.list.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

/// Widest part of a line that is shown; a CSV or inline list can be long.
const EXCERPT: usize = 96;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(f, "{}:{}:{}: {level}: {}", self.file, self.line, self.column, self.message)?;
        if let Some((text, width)) = &self.excerpt {
            let column = self.column - 1;
            let skip = if column > EXCERPT / 2 { column - EXCERPT / 4 } else { 0 };
            let shown: String = text.chars().skip(skip).take(EXCERPT).collect();
            let room = shown.chars().count().saturating_sub(column - skip).max(1);
            let gutter = self.line.to_string();
            write!(f, "\n  {gutter} | {shown}")?;
            write!(f, "\n  {:1$} | ", "", gutter.len())?;
            for c in text.chars().skip(skip).take(column - skip) {
                // A tab stays one, so that the mark stands below what it marks.
                write!(f, "{}", if c == '\t' { '\t' } else { ' ' })?;
            }
            write!(f, "{}", "^".repeat((*width).clamp(1, room)))?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// One file of the description, kept to turn byte offsets into lines.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// Byte offsets at which lines begin.
    lines: Vec<usize>,
}

/// Gathers findings while the files are read.
#[derive(Debug, Default)]
pub struct Report {
    sources: Vec<Source>,
    found: Vec<(Place, Diagnostic)>,
    errors: usize,
}

impl Report {
    /// Take in a file; the number returned is what its places carry.
    pub fn add_source(&mut self, name: &str, text: &str) -> u32 {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        self.sources.push(Source { name: name.into(), text: text.into(), lines });
        (self.sources.len() - 1) as u32
    }

    pub fn error(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.add(Level::Error, place, message.into(), help.into());
    }

    pub fn warning(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.add(Level::Warning, place, message.into(), help.into());
    }

    /// "line 12", or "items.csv line 12" as seen from another file.
    pub fn whereabouts(&self, of: Place, seen_from: Place) -> String {
        let (line, _) = self.line_column(of);
        if of.source == seen_from.source {
            format!("line {line}")
        } else {
            format!("{} line {line}", self.sources[of.source as usize].name)
        }
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    pub fn finish(mut self) -> Diagnostics {
        self.found.sort_by_key(|(place, d)| (place.source, place.start, d.level));
        Diagnostics { list: self.found.into_iter().map(|(_, d)| d).collect() }
    }

    fn line_column(&self, place: Place) -> (usize, usize) {
        let source = &self.sources[place.source as usize];
        let line = source.lines.partition_point(|start| *start <= place.start).max(1);
        let before = source.text.get(source.lines[line - 1]..place.start).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    fn add(&mut self, level: Level, place: Place, message: String, help: String) {
        let (line, column) = self.line_column(place);
        let source = &self.sources[place.source as usize];
        let text = source.text[source.lines[line - 1]..].lines().next().unwrap_or("");
        let meant = source.text.get(place.start..place.end).and_then(|t| t.lines().next()).unwrap_or("");
        let excerpt = (!text.trim().is_empty()).then(|| (text.to_string(), meant.chars().count()));
        let file = source.name.clone();
        self.errors += usize::from(level == Level::Error);
        self.found.push((place, Diagnostic { level, file, line, column, message, help, excerpt }));
    }
}

/// The known word that `word` was most likely meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let longest = candidate.chars().count().max(word.chars().count());
            *distance < longest && *distance <= longest.div_ceil(3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `milk`?", or else the whole choice there is.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let all: Vec<String> = known.into_iter().map(|k| format!("`{k}`")).collect();
    match all.len() {
        0 => String::new(),
        1 => format!("it can only be {}", all[0]),
        2..=20 => format!("it can be {}", all.join(", ")),
        more => format!("it can be {}, … ({more} in all)", all[..12].join(", ")),
    }
}
