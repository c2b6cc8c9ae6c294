//! A ticket's text on paper of a width. How a line begins says how it looks: `# ` large, `! ` not to be overlooked, `---` a
//! rule; ` ... ` parts what stands left from what stands right.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Further lines of a long one begin so much further in.
const HANG: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// Twice as wide and high.
    Large,
    Loud,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub look: Look,
    pub text: String,
}

/// Every row fits: a large one takes its width twice.
pub fn rows(text: &str, width: usize) -> Vec<Row> {
    text.trim_end().lines().flat_map(|line| row(line.trim_end(), width)).collect()
}

/// For screens and files.
pub fn plain(text: &str, width: usize) -> String {
    let row = |row: Row| match row.look {
        Look::Plain | Look::Large => row.text + "\n",
        Look::Loud => format!("*** {} ***\n", row.text),
    };
    rows(text, width).into_iter().map(row).collect()
}

fn row(line: &str, width: usize) -> Vec<Row> {
    if line.len() >= 3 && line.bytes().all(|b| b == b'-') {
        return vec![Row { look: Look::Plain, text: "-".repeat(width) }];
    }
    let (indent, said) = line.split_at(line.len() - line.trim_start().len());
    let (look, line) = match (said.strip_prefix("# "), said.strip_prefix("! ")) {
        (Some(large), _) => (Look::Large, large.to_string()),
        (_, Some(loud)) => (Look::Loud, loud.to_string()),
        (None, None) => (Look::Plain, format!("{indent}{said}")),
    };
    let width = match look {
        Look::Plain => width,
        Look::Large => width / 2,
        // Leaves what stands around it elsewhere than on paper.
        Look::Loud => width - 8,
    };
    let texts = match line.rsplit_once(" ... ") {
        Some((left, right)) => two_sided(left.trim_end(), right.trim_start(), width),
        None => wrapped(&line, width),
    };
    texts.into_iter().map(|text| Row { look, text }).collect()
}

fn two_sided(left: &str, right: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(right.width() + 1);
    let mut lines = if room < width / 3 { wrapped(left, width) } else { wrapped(left, room) };
    let last = lines.pop().unwrap_or_default();
    let gap = width.saturating_sub(last.width() + right.width());
    if gap == 0 {
        lines.push(last);
        lines.push(format!("{}{right}", " ".repeat(width.saturating_sub(right.width()))));
    } else {
        lines.push(format!("{last}{}{right}", " ".repeat(gap)));
    }
    lines
}

/// Broken between words, and within one that is longer than the paper is wide.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let hang = " ".repeat((indent + HANG).min(width / 2));
    let mut lines = vec![];
    let mut line = " ".repeat(indent.min(width / 2));
    let mut bare = true;
    for word in text.split_whitespace() {
        let gap = usize::from(!bare);
        if line.width() + gap + word.width() > width && !bare {
            lines.push(std::mem::replace(&mut line, hang.clone()));
        } else if gap == 1 {
            line.push(' ');
        }
        for sign in word.chars() {
            if line.width() + sign.width().unwrap_or(0) > width {
                lines.push(std::mem::replace(&mut line, hang.clone()));
            }
            line.push(sign);
        }
        bare = false;
    }
    lines.push(line);
    lines
}
