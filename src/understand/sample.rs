//! Made-up orders in words: for an owner to see what the shop understands, and for tests that what is said comes back.

use crate::chance::Chance;
use crate::commerce::cart::{Choice, Grade, Quantity};
use crate::lang::Language;
use crate::shop::{ItemId, OptionId, Shop};

use super::Lexicon;
use super::act::{ActKind, Expect, ItemRequest, Understanding, Which};

/// `count` orders that `lexicon` understands exactly, with what they ask for. The same seed gives the same orders.
pub fn orders(
    shop: &Shop,
    language: &Language,
    lexicon: &Lexicon,
    seed: u64,
    count: usize,
) -> Vec<(String, Vec<ItemRequest>)> {
    let mut chance = Chance(seed);
    let mut out = Vec::with_capacity(count);
    // A shop whose names all collide would never fill the list.
    for _ in 0..count.saturating_mul(20) {
        if out.len() == count || shop.items.is_empty() {
            break;
        }
        let wanted = order(shop, &mut chance);
        let form = chance.below(language.understand.sample.orders.len());
        let text = render(shop, language, &wanted, form);
        if asked(&lexicon.understand(&text, &Expect::default())) == Some(wanted.clone()) {
            out.push((text, wanted));
        }
    }
    out
}

/// What an utterance that only orders asks for, `None` where it did anything else.
pub fn asked(understanding: &Understanding) -> Option<Vec<ItemRequest>> {
    let mut all = Vec::new();
    for act in &understanding.acts {
        match &act.kind {
            ActKind::Add(request) => all.push(request.clone()),
            ActKind::Greet | ActKind::Thanks => {}
            _ => return None,
        }
    }
    Some(all)
}

/// One to three lines of what the shop sells, with options that go with them.
pub fn order(shop: &Shop, chance: &mut Chance) -> Vec<ItemRequest> {
    (0..1 + chance.below(3)).map(|_| line(shop, chance)).collect()
}

fn line(shop: &Shop, chance: &mut Chance) -> ItemRequest {
    let id = ItemId(chance.below(shop.items.len()) as u32);
    let mut choices: Vec<Choice> = Vec::new();
    for options in &shop.item(id).options {
        let list = shop.option_list(options.list);
        if list.options.is_empty() || chance.below(2) == 0 {
            continue;
        }
        let most = if list.choose == crate::shop::Choose::One { 1 } else { 1 + chance.below(2) };
        for _ in 0..most {
            let option = OptionId { list: options.list, index: chance.below(list.options.len()) as u16 };
            if !options.offers(option) || choices.iter().any(|c| c.option == option) {
                continue;
            }
            let many = list.choose == crate::shop::Choose::Many;
            let mut choice = Choice::plain(option);
            match chance.below(4) {
                0 if many => choice.negated = true,
                1 if list.graded => choice.grade = Some(if chance.below(2) == 0 { Grade::Extra } else { Grade::Light }),
                _ => {}
            }
            choices.push(choice);
        }
    }
    choices.sort();
    ItemRequest {
        vague: false,
        which: Which::Item(id),
        quantity: Some(Quantity::Count(1 + chance.below(4) as u32)),
        choices,
        open_choices: Vec::new(),
        notes: Vec::new(),
        misfits: vec![],
        same: vec![],
        for_it: false,
        mine: false,
        apiece: false,
        only: false,
        without: vec![],
    }
}

/// The order in words, in one of the language's forms. Only whole numbers of named items are worded.
pub fn render(shop: &Shop, language: &Language, order: &[ItemRequest], form: usize) -> String {
    let words = &language.understand.sample;
    let lines: Vec<String> = order.iter().map(|request| render_line(shop, language, request)).collect();
    let lines = lines.join(&format!(" {} ", words.and));
    words.orders.get(form).map_or(lines.clone(), |pattern| pattern.replace("{lines}", &lines))
}

fn render_line(shop: &Shop, language: &Language, request: &ItemRequest) -> String {
    let words = &language.understand.sample;
    let mut out = String::new();
    if let Some(Quantity::Count(n)) = request.quantity {
        let word = language.numbers.words.iter().find(|(_, value)| **value == n).map(|(word, _)| word.clone());
        out.push_str(&word.unwrap_or_else(|| n.to_string()));
        out.push(' ');
    }
    if let Which::Item(id) = request.which {
        let names = &shop.item(id).names;
        let plural = names.plural.as_ref().filter(|_| request.quantity != Some(Quantity::Count(1)));
        out.push_str(plural.unwrap_or(&names.title));
    }
    // What is refused comes last: a refusal reaches over "and".
    let (refused, taken): (Vec<&Choice>, Vec<&Choice>) = request.choices.iter().partition(|c| c.negated);
    for (at, choice) in taken.iter().enumerate() {
        let grade = match choice.grade {
            Some(Grade::Extra) => format!("{} ", words.extra),
            Some(Grade::Light) => format!("{} ", words.light),
            None => String::new(),
        };
        let joint = if at == 0 { &words.with } else { &words.and };
        out.push_str(&format!(" {joint} {grade}{}", shop.option(choice.option).names.title));
    }
    for choice in refused {
        out.push_str(&format!(" {} {}", words.no, shop.option(choice.option).names.title));
    }
    out
}
