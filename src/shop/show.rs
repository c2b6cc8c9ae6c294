//! The menu as a person reads it, fitted to a width.

use std::collections::HashMap;
use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::model::*;
use super::show_terms;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The whole menu in at most `width` columns, with terminal styles in it; ends in a line break.
pub fn menu(shop: &Shop, width: usize) -> String {
    let mut page = Page { text: String::new(), width: width.clamp(24, 100), shop };
    page.styled(BOLD, "", &shop.name);
    if let Some(hours) = &shop.hours {
        page.line("", &format!("Open {hours}"));
    }
    for (index, category) in shop.categories.iter().enumerate() {
        let id = CategoryId(index as u16);
        let items: Vec<&Item> = shop.items.iter().filter(|i| i.category == id).collect();
        if !items.is_empty() {
            page.category(category, &items);
        }
    }
    let used = shop.items.iter().flat_map(|i| &i.options).chain(&shop.order_options);
    let mut used: Vec<OptionListId> = used.map(|o| o.list).collect();
    used.sort();
    used.dedup();
    if !used.is_empty() {
        page.text.push('\n');
        page.styled(BOLD, "", "Choices");
    }
    for id in used {
        page.list(id);
    }
    page.footer();
    page.text
}

struct Page<'a> {
    text: String,
    width: usize,
    shop: &'a Shop,
}

impl Page<'_> {
    fn category(&mut self, category: &Category, items: &[&Item]) {
        let usual = usual(items);
        let tags = shared_tags(items);
        let heading = category.names.plural.as_ref().unwrap_or(&category.names.title);
        self.text.push('\n');
        self.styled(BOLD, "", &capital(heading));
        if !tags.is_empty() {
            self.styled(DIM, "", &format!("all {}", tags.join(", ")));
        }
        if !usual.is_empty() {
            let lists: Vec<&str> = usual.iter().map(|o| self.list_title(o.list)).collect();
            self.styled(DIM, "", &format!("choose {}", lists.join(", ")));
        }
        for item in items {
            self.item(item, &usual, &tags);
        }
    }

    fn item(&mut self, item: &Item, usual: &[ItemOptions], shared: &[String]) {
        let price = self.shop.currency.format(item.price);
        let price = match &item.unit {
            Unit::Each => price,
            Unit::Measure(unit) | Unit::Pack(unit) => format!("{price} / {unit}"),
        };
        let price = if item.available { price } else { format!("sold out  {price}") };
        let title = capital(&item.names.title);
        let gap = (self.width).saturating_sub(4 + title.width() + price.width());
        if gap >= 2 {
            let dots = format!(" {} ", ".".repeat(gap));
            let _ = writeln!(self.text, "  {title}{DIM}{dots}{DIM:#}{price}");
        } else {
            self.line("  ", &title);
            let _ = writeln!(self.text, "{}{price}", " ".repeat(self.width.saturating_sub(price.width())));
        }
        let tags: Vec<&str> = item.tags.iter().filter(|t| !shared.contains(t)).map(String::as_str).collect();
        let about: Vec<String> = item.description.iter().cloned().chain([tags.join(", ")]).collect();
        let about: Vec<String> = about.into_iter().filter(|part| !part.is_empty()).collect();
        if !about.is_empty() {
            self.styled(DIM, "    ", &about.join(" · "));
        }
        let own = self.differences(item, usual);
        if !own.is_empty() {
            self.styled(DIM, "    ", &own.join("; "));
        }
    }

    /// How the choices of an item differ from what is usual in its category.
    fn differences(&self, item: &Item, usual: &[ItemOptions]) -> Vec<String> {
        let mut said = vec![];
        // A list that makes way for another of the same name ("milk") is no difference to the reader.
        let beyond = |some: &[ItemOptions], others: &[ItemOptions]| -> Vec<&str> {
            let titles = some.iter().map(|o| self.list_title(o.list));
            titles.filter(|t| !others.iter().any(|o| self.list_title(o.list) == *t)).collect()
        };
        let dropped = beyond(usual, &item.options);
        let added = beyond(&item.options, usual);
        let kept = usual.len() - dropped.len();
        if kept == 0 && !added.is_empty() {
            said.push(format!("choose {}", added.join(", ")));
        } else {
            if !added.is_empty() {
                said.push(format!("also choose {}", added.join(", ")));
            }
            if item.options.is_empty() && !usual.is_empty() {
                said.push("nothing to choose".into());
            } else if !dropped.is_empty() {
                said.push(format!("without {}", dropped.join(", ")));
            }
        }
        for own in &item.options {
            if usual.contains(own) {
                continue;
            }
            let plain = usual.iter().find(|u| u.list == own.list);
            said.extend(self.narrowed(own, plain));
        }
        said
    }

    fn narrowed(&self, own: &ItemOptions, plain: Option<&ItemOptions>) -> Vec<String> {
        let mut said = vec![];
        let names = |ids: &[OptionId]| -> Vec<&str> {
            ids.iter().map(|id| self.shop.option(*id).names.title.as_str()).collect()
        };
        if plain.map_or(!own.excluded.is_empty(), |p| p.excluded != own.excluded) {
            let list = self.shop.option_list(own.list);
            let all = (0..list.options.len() as u16).map(|index| OptionId { list: own.list, index });
            let left: Vec<OptionId> = all.filter(|o| own.offers(*o)).collect();
            said.push(format!("{} only {}", self.list_title(own.list), names(&left).join(", ")));
        }
        if let Some(plain) = plain.filter(|p| p.defaults != own.defaults || p.required != own.required) {
            if !own.defaults.is_empty() {
                said.push(format!("{} unless you say otherwise", names(&own.defaults).join(", ")));
            } else if own.required && !plain.required {
                said.push(format!("{} is always asked", self.list_title(own.list)));
            }
        }
        for (option, price) in &own.prices {
            let sign = if price.0 < 0 { "" } else { "+" };
            let name = &self.shop.option(*option).names.title;
            said.push(format!("{name} {sign}{}", self.shop.currency.format(*price)));
        }
        said
    }

    fn list(&mut self, id: OptionListId) {
        let list = self.shop.option_list(id);
        // What most items make of the list stands for it.
        let taken = self.shop.items.iter().flat_map(|i| &i.options).chain(&self.shop.order_options);
        let mut count: HashMap<(bool, &[OptionId]), usize> = HashMap::new();
        let mut most = 0;
        for own in taken.filter(|o| o.list == id) {
            *count.entry((own.required, own.defaults.as_slice())).or_default() += 1;
            most = most.max(own.max);
        }
        let usual = count.into_iter().max_by_key(|(how, n)| (*n, *how)).map(|(how, _)| how);
        let mut how = vec![match list.choose {
            Choose::One => "one".to_string(),
            Choose::Many if usize::from(most) < list.options.len() => format!("up to {most}"),
            Choose::Many => "as many as you like".to_string(),
        }];
        match usual {
            Some((true, _)) => how.push("always asked".into()),
            Some((false, [first, ..])) => {
                how.push(format!("{} unless you say otherwise", self.shop.option(*first).names.title));
            }
            _ => {}
        }
        let mut title = capital(&list.names.title);
        if self.shop.option_lists.iter().filter(|other| other.names.title == list.names.title).count() > 1 {
            let _ = write!(title, " [{}]", list.key);
        }
        self.line("  ", &format!("{title} ({})", how.join(", ")));
        let options: Vec<String> = list
            .options
            .iter()
            .map(|option| {
                let sold_out = if option.available { "" } else { " (sold out)" };
                format!("{}{}{sold_out}", option.names.title, self.difference(option.price))
            })
            .collect();
        self.line("    ", &options.join(", "));
    }

    fn footer(&mut self) {
        let terms = [
            ("Offers", show_terms::promotions(self.shop)),
            ("Besides", show_terms::charges(self.shop)),
            ("Payment", show_terms::payment(self.shop)),
            ("Where it goes", show_terms::ways(self.shop)),
        ];
        for (heading, lines) in terms.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            self.text.push('\n');
            self.styled(BOLD, "", heading);
            lines.iter().for_each(|line| self.line("  ", &capital(line)));
        }
        for line in show_terms::taxes(self.shop) {
            self.text.push('\n');
            self.styled(DIM, "", &line);
        }
    }

    /// " +$0.50" for what a choice adds; nothing where it adds nothing.
    fn difference(&self, price: crate::money::Money) -> String {
        match price.0 {
            0 => String::new(),
            1.. => format!(" +{}", self.shop.currency.format(price)),
            _ => format!(" {}", self.shop.currency.format(price)),
        }
    }

    fn list_title(&self, id: OptionListId) -> &str {
        &self.shop.option_list(id).names.title
    }

    fn line(&mut self, indent: &str, text: &str) {
        self.styled(Style::new(), indent, text);
    }

    /// `text` broken at spaces, each line indented.
    fn styled(&mut self, style: Style, indent: &str, text: &str) {
        let room = self.width.saturating_sub(indent.len());
        let mut line = String::new();
        let mut flush = |line: &mut String| {
            let _ = writeln!(self.text, "{indent}{style}{line}{style:#}");
            line.clear();
        };
        for word in text.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > room {
                flush(&mut line);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        flush(&mut line);
    }
}

/// How most items of a category take the lists that most of them take.
fn usual(items: &[&Item]) -> Vec<ItemOptions> {
    let mut usual: Vec<ItemOptions> = vec![];
    for own in items.iter().flat_map(|i| &i.options) {
        if usual.iter().any(|u| u.list == own.list) {
            continue;
        }
        let all: Vec<&ItemOptions> = items.iter().flat_map(|i| &i.options).filter(|o| o.list == own.list).collect();
        // Of several ways that are as common, the first: the order of the file is the owner's.
        let commonest = all.iter().rev().max_by_key(|o| all.iter().filter(|other| other == o).count());
        if let Some(commonest) = commonest.filter(|_| all.len() * 2 > items.len()) {
            usual.push((*commonest).clone());
        }
    }
    usual.sort_by_key(|u| u.list);
    usual
}

fn shared_tags(items: &[&Item]) -> Vec<String> {
    let Some((first, rest)) = items.split_first() else { return vec![] };
    first.tags.iter().filter(|tag| !rest.is_empty() && rest.iter().all(|i| i.tags.contains(tag))).cloned().collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
