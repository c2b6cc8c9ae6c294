//! What holds a conversation together, in words.

use crate::dialogue::message::Talk;

use super::render::Renderer;

impl Renderer<'_> {
    pub fn talk(&self, talk: &Talk) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match talk {
            Talk::Greeting => self.say(&s.greeting, &[("shop", &p.shop.name)]),
            Talk::Hello => self.say(&s.hello, &[("shop", &p.shop.name)]),
            Talk::WelcomeBack(cart) => self.with_whither(self.say(&s.welcome_back, &[("lines", &p.cart(cart))]), cart),
            Talk::Trouble => self.say(&s.trouble, &[]),
            Talk::NoRoom => self.say(&s.no_room, &[]),
            Talk::Unheard => self.say(&s.unheard, &[]),
            Talk::NotUnderstood => self.say(&s.not_understood, &[]),
            Talk::Help { cart_empty: true } => self.say(&s.help, &[]),
            Talk::Help { cart_empty: false } => self.say(&s.help_cart, &[]),
            Talk::HandingOver => self.say(&s.handing_over, &[]),
            Talk::AskStaff => self.say(&s.ask_staff, &[]),
            Talk::NobodyThere => self.say(&s.nobody_there, &[]),
            Talk::TakeYourTime => self.say(&s.take_your_time, &[]),
            Talk::KeepPrivate => self.say(&s.keep_private, &[]),
            Talk::NoNumbers => self.say(&s.no_numbers, &[]),
            Talk::NoAdvice => self.say(&s.no_advice, &[]),
            Talk::StaffKnow => self.say(&s.staff_know, &[]),
            Talk::HoldCard { amount } => self.say(&s.hold_card, &[("amount", &p.money(*amount))]),
            Talk::PayByLink { amount } => self.say(&s.pay_by_link, &[("amount", &p.money(*amount))]),
            Talk::PayFirst => self.say(&s.pay_first, &[]),
            Talk::StoppingPayment => self.say(&s.stopping_payment, &[]),
            Talk::Welcome => self.say(&s.welcome, &[]),
            Talk::Goodbye => self.say(&s.goodbye, &[]),
            Talk::StillThere { last: false } => self.say(&s.still_there, &[]),
            Talk::StillThere { last: true } => self.say(&s.still_there_last, &[]),
            Talk::WhatElse { cart_empty: true } => self.say(&s.ask_what_first, &[]),
            Talk::WhatElse { cart_empty: false } => self.say(&s.ask_what_else, &[]),
            Talk::WhatToChange => self.say(&s.ask_what_to_change, &[]),
        }
    }
}
