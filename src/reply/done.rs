//! What was done to the order, in words.

use crate::commerce::cart::Tip;
use crate::commerce::payment::AccountKind;
use crate::dialogue::message::{AddedLine, Done, LeftOut};

use super::render::Renderer;

impl Renderer<'_> {
    pub fn done(&self, done: &Done) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match done {
            Done::Added(added) => self.added(added),
            Done::Changed(lines) => self.say(&s.changed, &[("lines", &p.lines(lines))]),
            Done::Removed(lines) => self.say(&s.removed, &[("lines", &p.lines(lines))]),
            Done::Replaced { old, new } => self.say(&s.replaced, &[("old", &p.line_plain(old)), ("new", &p.line(new))]),
            Done::OrderChoice(option) => self.say(&s.order_choice, &[("option", &p.option(*option))]),
            Done::Named(name) => self.say(&s.named, &[("name", name)]),
            Done::NeedNoted(need) => self.say(&s.need_noted, &[("need", &p.need(need))]),
            Done::Undone(cart) if cart.is_empty() => self.say(&s.undone_empty, &[]),
            Done::Undone(cart) => self.with_whither(self.say(&s.undone, &[("lines", &p.cart(cart))]), cart),
            Done::Canceled => self.say(&s.canceled, &[]),
            Done::Kept => self.say(&s.kept, &[]),
            Done::LeftOut(LeftOut::Items(items)) => {
                self.say(&s.left_out, &[("what", &p.or(&p.titles(&items[..items.len().min(3)])))])
            }
            Done::LeftOut(LeftOut::Kind(category)) => {
                self.say(&s.left_out, &[("what", &p.shop.category(*category).names.title)])
            }
            Done::LeftOut(LeftOut::Words(words)) => self.say(&s.left_out_words, &[("words", words)]),
            Done::Dropped => self.say(&s.dropped, &[]),
            Done::TakenUp(cart) => self.with_whither(self.say(&s.taken_up, &[("lines", &p.cart(cart))]), cart),
            Done::Voucher { promotion, saved: Some(saved) } => {
                let (reason, amount) = (&self.promotion(*promotion).title, p.money(*saved));
                self.say(&s.voucher_taken, &[("reason", reason), ("amount", &amount)])
            }
            Done::Voucher { promotion, saved: None } => {
                self.say(&s.voucher_kept, &[("reason", &self.promotion(*promotion).title)])
            }
            Done::Tip(Tip::Nothing) => self.say(&s.no_tip, &[]),
            Done::Tip(Tip::Percent(share)) => self.say(&s.tip_percent, &[("percent", &p.percent(*share))]),
            Done::Tip(Tip::Amount(amount)) => self.say(&s.tip_taken, &[("amount", &p.money(*amount))]),
            Done::Pays(by) => self.say(&s.pays, &[("way", self.way(*by))]),
            Done::AccountFound { kind, available } => {
                let wording = match kind {
                    AccountKind::GiftCard => &s.gift_card_found,
                    AccountKind::HouseAccount => &s.house_account_found,
                    AccountKind::Loyalty => &s.loyalty_found,
                };
                self.say(wording, &[("available", &p.money(*available))])
            }
            Done::PayThere { due } => self.say(&s.pay_there, &[("due", &p.money(*due))]),
            Done::Change { due, change } => {
                self.say(&s.cash_change, &[("due", &p.money(*due)), ("change", &p.money(*change))])
            }
            Done::TakenOff { amount } => self.say(&s.taken_off_account, &[("amount", &p.money(*amount))]),
            Done::Table(table) => self.say(&s.noted_table, &[("table", &table.to_string())]),
            Done::Time(wanted) => self.noted_time(*wanted),
            Done::Address(to) => self.noted_address(to),
            Done::Phone => self.say(&s.noted_phone, &[]),
            Done::Anew => self.say(&s.asked_anew, &[]),
            Done::Promised(promise) => self.promised(promise),
            Done::PutAside { code } => self.say(&s.put_aside, &[("code", &p.digits(*code))]),
            Done::Placed { number, total, name } => {
                let (number, total) = (number.to_string(), p.money(*total));
                let values = [("number", number.as_str()), ("total", total.as_str())];
                match name {
                    Some(name) => self.say(&s.placed_named, &[values[0], values[1], ("name", name)]),
                    None => self.say(&s.placed, &values),
                }
            }
        }
    }

    fn added(&self, added: &[AddedLine]) -> String {
        let p = &self.phrasing;
        let s = self.says();
        let fresh: Vec<String> =
            added.iter().filter(|added| added.now.is_none()).map(|added| p.line(&added.line)).collect();
        let mut parts = vec![];
        if !fresh.is_empty() {
            parts.push(self.say(&s.added, &[("lines", &p.and(&fresh))]));
        }
        for added in added {
            let Some(now) = added.now else { continue };
            let (line, now) = (p.line(&added.line), p.quantity(now));
            parts.push(self.say(&s.added_joined, &[("added", &line), ("now", &now)]));
        }
        parts.join(&p.words.strings.sentences)
    }
}
