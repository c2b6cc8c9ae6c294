//! The reply part of a language file: how each message is worded, and how things are counted and strung together.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One wording, or several that take turns so that nobody hears the same words each time.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Wording {
    One(String),
    Several(Vec<String>),
}

impl Wording {
    /// The wording of this turn: no randomness, so that the same conversation always sounds the same.
    pub fn of_turn(&self, turn: u32) -> &str {
        match self {
            Wording::One(text) => text,
            Wording::Several(texts) if texts.is_empty() => "",
            Wording::Several(texts) => &texts[turn as usize % texts.len()],
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// From zero up; higher ones are written in digits.
    pub numbers: Vec<String>,
    /// Parts of a unit that have a name, alone ("half a pound") and after whole ones ("two and a half pounds").
    pub fractions: Vec<Fraction>,
    /// The first rule whose ending fits makes the plural.
    pub plurals: Vec<PluralRule>,
    /// Endings of what names things, and not how something is ("capsules"), and of words that only look so.
    #[serde(default)]
    pub noun_ends: Vec<String>,
    #[serde(default)]
    pub noun_but: Vec<String>,
    /// What shops write of their items that says of itself what the item does: "contains nuts".
    #[serde(default)]
    pub tag_verbs: Vec<String>,
    pub strings: Strings,
    /// How one can pay.
    pub ways: Ways,
    pub clock: Clock,
    pub phrases: Phrases,
    pub say: Says,
}

impl Words {
    /// The plural of a word by the language's rules.
    pub fn plural_of(&self, word: &str) -> String {
        let low = word.to_lowercase();
        let rule = self.plurals.iter().find(|rule| rule.ends.iter().any(|end| low.ends_with(end.as_str())));
        rule.map_or_else(
            || word.to_string(),
            |rule| {
                let keep = word.char_indices().rev().nth(rule.cut.wrapping_sub(1)).map_or(word.len(), |(at, _)| at);
                let keep = if rule.cut == 0 { word.len() } else { keep };
                format!("{}{}", &word[..keep], rule.add)
            },
        )
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluralRule {
    /// Any of these endings; "" fits every word.
    pub ends: Vec<String>,
    /// How many letters go before `add` comes.
    #[serde(default)]
    pub cut: usize,
    pub add: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    pub thousandths: u32,
    pub alone: String,
    pub after: String,
}

/// Behind "How would you like to pay" and "I'll pay".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    pub counter: String,
    pub cash: String,
    pub card: String,
    pub account: String,
}

/// Times of the day, as they are written; `speak` says them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What the halves of the day are called where hours are counted to twelve; they are counted to 24 where there is none.
    #[serde(default)]
    pub halves: Option<[String; 2]>,
    /// `{hour}`, `{half}`
    pub whole: String,
    /// `{hour}`, `{minute}`, `{half}`
    pub minutes: String,
    /// `{time}` of another `{day}`
    pub day: String,
    /// From Monday on.
    pub days: [String; 7],
}

/// How a list of things becomes one phrase.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strings {
    /// Between all but the last two.
    pub comma: String,
    pub and: String,
    pub or: String,
    /// Between two sentences.
    pub sentences: String,
}

/// Parts of a line: "two large lattes with vanilla, no foam".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// An option of a choose-one list before the item, and the next thing after it.
    pub before: String,
    pub counted: String,
    /// A plain amount of a unit.
    pub amount: String,
    pub measured: String,
    pub packed: String,
    /// In packs whose name needs no more words: "two dozen eggs".
    pub grouped: String,
    /// So many of what has a number in its own name.
    pub times_counted: String,
    /// All choose-many options after the item.
    pub with: String,
    /// Several options that describe it, behind it; and what it comes with behind those.
    pub after: String,
    pub with_after: String,
    /// Refused options and notes, after all else.
    pub further: String,
    pub without: String,
    pub light: String,
    pub extra: String,
    /// "two vanilla syrups".
    pub times: String,
    /// With its price, in lists.
    pub priced: String,
    /// An option that costs extra.
    pub surcharge: String,
    pub named: String,
    /// Where an order goes, and when it is wanted.
    pub table: String,
    pub soonest: String,
    pub wanted: String,
    pub address: String,
    pub floor: String,
    pub phone: String,
    /// The number of a house and its street.
    pub house: String,
    /// What somebody must not have, how somebody lives, and what has none of it.
    pub allergy: String,
    pub diet: String,
    pub lacking: String,
}

macro_rules! says {
    ($($name:ident),* $(,)?) => {
        /// One entry a message.
        #[derive(Debug, Clone, Deserialize)]
        #[serde(try_from = "BTreeMap<String, Wording>")]
        pub struct Says { $(pub $name: Wording),* }

        /// By a loop over their names: what serde derives for so many fields is one function that takes minutes to compile.
        impl TryFrom<BTreeMap<String, Wording>> for Says {
            type Error = String;

            fn try_from(mut written: BTreeMap<String, Wording>) -> Result<Self, String> {
                let names = [$(stringify!($name)),*];
                let wordings = names.iter().map(|name| written.remove(*name).ok_or(format!("missing field `{name}`")));
                let wordings = wordings.collect::<Result<Vec<_>, _>>()?;
                if let Some(name) = written.keys().next() {
                    return Err(format!("unknown field `{name}`"));
                }
                let [$($name),*] = <[Wording; [$(stringify!($name)),*].len()]>::try_from(wordings).map_err(|_| "a field is missing")?;
                Ok(Says { $($name),* })
            }
        }

        impl Says {
            pub fn all(&self) -> impl Iterator<Item = &Wording> {
                [$(&self.$name),*].into_iter()
            }
        }
    };
}

says! {
    greeting, hello, welcome_back, lost, one_moment, trouble, no_room, added, added_joined, changed, removed, replaced, order_choice, named, undone, undone_empty,
    nothing_to_undo, too_late_to_undo, nothing_to_repeat, empty_cart, no_such_line, not_there, cart, cart_order_choices, cart_needs, need_noted,
    held_yes, held_no, held_unknown, diet_no, lacking, lacking_none, list_holds, list_not, list_all_hold, list_none, ask_keep, ask_keep_diet,
    total, no_choice, one_size, biggest, smallest, not_sold, sold_out, option_sold_out, option_not_offered, too_many_options, too_much, too_often, price, price_from,
    price_unit, price_pack, option_price, option_free, options, options_none, options_not_taken, item_options,
    item_options_none, categories, items, items_of, items_continued, none_available, nothing_available, sold,
    option_sold, ingredients, description, about_unknown, ingredients_unknown, tag_yes, tag_no, tag_unknown, tag_verb_yes, tag_verb_no, tag_verb_unknown, which_one, hours,
    hours_unknown, order_status, no_order, placed, placed_named, canceled, nothing_to_cancel, kept, dropped, unheard,
    not_understood, help, help_cart, handing_over, ask_staff, take_your_time, keep_private, no_numbers, no_advice, staff_know,
    nobody_there, welcome, goodbye, still_there, still_there_last,
    put_aside, taken_up, nothing_put_aside, nothing_put_aside_code, ask_code, ask_take_up, ask_take_up_now, ask_option, ask_option_long,
    ask_order_option, ask_one_of, ask_item_tie, ask_item_category, ask_item_category_long, ask_item_unknown, ask_item_sold_out,
    ask_item_recommended, ask_offer, ask_did_you_mean, ask_amount_beyond, ask_amount_count, ask_amount_measure,
    ask_amount_pack, ask_amount_pack_one, ask_amount_whole, ask_amount_whole_one, ask_amount_by_measure,
    left_out, left_out_words, again_option, again_order_option, again_one_of, again_item, again_line, again_offer, again_amount, again_amount_by, again_amount_beyond,
    again_keep, again_more, again_cancel, again_person, again_code, again_take_up, again_everything, again_placing, again_place,
    ask_line, ask_more, ask_cancel, ask_person, ask_everything, ask_everything_plain, ask_placing, ask_placing_plain, ask_place, ask_place_plain, ask_what_else, ask_what_first,
    ask_what_to_change,
    only_left, saving, charges, charge, voucher_taken, voucher_kept, voucher_unknown, voucher_not_now, tip_taken, tip_percent,
    ready_in, ready_at, table_in, table_at, delivered_in, delivered_at, noted_table, noted_soonest, noted_time, noted_address, noted_phone,
    asked_anew, not_then, not_open, no_such_table, out_of_reach, out_of_reach_only, ask_table, ask_name, ask_time, ask_street, ask_house,
    ask_postcode, ask_floor, ask_phone, again_table, again_name, again_time, again_street, again_house, again_postcode, again_floor,
    again_phone,
    no_tip, tip_too_much, too_little, price_changed, age_unknown, approve_alone, ask_tip, ask_tip_plain, again_tip,
    pays, pay_there, cash_change, taken_off_account, gift_card_found, house_account_found, loyalty_found, pay_this_way,
    too_little_cash, no_account, account_blocked, account_empty, account_changed, declined_funds, declined_expired,
    declined_authentication, declined_time, declined_unavailable, declined, payment_stopped, ask_pay, ask_pay_rest,
    again_pay, ask_account, again_account, ask_approval, ask_approval_alone, again_approval, wrong_code, ways_to_pay, hold_card, pay_by_link, pay_first, stopping_payment,
}
