//! What cannot be done, in words.

use crate::commerce::cart::{Cart, Line, LineId, Quantity};
use crate::commerce::payment::Decline;
use crate::dialogue::message::Cannot;
use crate::lang::reply::Wording;
use crate::shop::{Held, ItemId, Unit};
use crate::understand::{Misfit, Which};

use super::render::Renderer;

impl Renderer<'_> {
    fn further_size(&self, item: ItemId, bigger: bool) -> String {
        let (p, s) = (&self.phrasing, self.says());
        self.say(if bigger { &s.biggest } else { &s.smallest }, &[("item", &p.title(item))])
    }

    pub fn cannot(&self, cannot: &Cannot) -> String {
        let p = &self.phrasing;
        let s = self.says();
        match cannot {
            Cannot::NotSold { words } => self.say(&s.not_sold, &[("words", words)]),
            Cannot::SoldOut { item } => self.say(&s.sold_out, &[("items", &p.plural(&p.shop.item(*item).names))]),
            Cannot::OnlyLeft { item, left } => {
                let quantity = match p.shop.item(*item).unit {
                    Unit::Each | Unit::Pack(_) => Quantity::Count(*left),
                    Unit::Measure(_) => Quantity::thousandths(*left),
                };
                let line = Line { id: LineId(0), item: *item, quantity, choices: vec![], notes: vec![] };
                self.say(&s.only_left, &[("left", &p.line(&line))])
            }
            Cannot::OptionSoldOut { option } => self.say(&s.option_sold_out, &[("option", &p.option(*option))]),
            Cannot::OptionNotOffered { item, option, instead } => {
                let instead = p.or(&p.options(instead));
                let values = [("item", p.title(*item)), ("option", p.option(*option)), ("options", instead)];
                self.say(&s.option_not_offered, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
            Cannot::NoChoice { item, of: Misfit::Size } => self.say(&s.one_size, &[("item", &p.title(*item))]),
            Cannot::NoFurtherSize { item, bigger } => self.further_size(*item, *bigger),
            Cannot::NoChoice { item, of: Misfit::List(list) } => {
                let list = &p.shop.option_list(*list).names.title;
                self.say(&s.no_choice, &[("item", &p.title(*item)), ("list", list)])
            }
            Cannot::TooManyOptions { list, max } => {
                let max = p.quantity(Quantity::Count((*max).into()));
                let names = &p.shop.option_list(*list).names;
                let name = if max == p.quantity(Quantity::Count(1)) { names.title.clone() } else { p.plural(names) };
                self.say(&s.too_many_options, &[("max", &max), ("list", &name)])
            }
            Cannot::TooMuch { item } => self.say(&s.too_much, &[("items", &p.plural(&p.shop.item(*item).names))]),
            Cannot::TooOften { option, most } => {
                let most = p.quantity(Quantity::Count((*most).into()));
                self.say(&s.too_often, &[("most", &most), ("option", &p.option(*option))])
            }
            Cannot::Lost(items) => self.say(&s.lost, &[("items", &p.and(items))]),
            Cannot::NothingToUndo => self.say(&s.nothing_to_undo, &[]),
            Cannot::TooLateToUndo { number } => self.say(&s.too_late_to_undo, &[("number", &number.to_string())]),
            Cannot::NothingToRepeat => self.say(&s.nothing_to_repeat, &[]),
            Cannot::NothingToCancel => self.say(&s.nothing_to_cancel, &[]),
            Cannot::EmptyCart => self.say(&s.empty_cart, &[]),
            Cannot::NoSuchLine { which, cart } => self.no_such_line(which.as_ref(), cart),
            Cannot::NothingPutAside { code: None } => self.say(&s.nothing_put_aside, &[]),
            Cannot::NothingPutAside { code: Some(code) } => {
                self.say(&s.nothing_put_aside_code, &[("code", &p.digits(*code))])
            }
            Cannot::KnowNeed { item, need } => self.held(*item, need, Held::Unknown),
            Cannot::VoucherUnknown => self.say(&s.voucher_unknown, &[]),
            Cannot::VoucherNotNow { promotion } => {
                self.say(&s.voucher_not_now, &[("reason", &self.promotion(*promotion).title)])
            }
            Cannot::TipTooMuch => self.say(&s.tip_too_much, &[]),
            Cannot::TooLittle { missing, minimum } => {
                self.say(&s.too_little, &[("missing", &p.money(*missing)), ("minimum", &p.money(*minimum))])
            }
            Cannot::AgeUnknown { item, age } => {
                let (items, age) = (p.plural(&p.shop.item(*item).names), age.to_string());
                self.say(&s.age_unknown, &[("items", &items), ("age", &age)])
            }
            Cannot::NotThen { next } => self.not_then(*next),
            Cannot::NoSuchTable { table, most } => self.no_such_table(*table, *most),
            Cannot::OutOfReach { postcode, area, instead } => self.out_of_reach(postcode, area, instead),
            Cannot::ApproveAlone => self.say(&s.approve_alone, &[]),
            Cannot::PriceChanged => self.say(&s.price_changed, &[]),
            Cannot::Declined(why) => self.say(self.declined(*why), &[]),
            Cannot::PayThisWay { by, ways } => {
                self.say(&s.pay_this_way, &[("way", self.way(*by)), ("ways", &self.ways(ways))])
            }
            Cannot::TooLittleCash { due } => self.say(&s.too_little_cash, &[("due", &p.money(*due))]),
            Cannot::WrongCode => self.say(&s.wrong_code, &[]),
            Cannot::NoAccount => self.say(&s.no_account, &[]),
            Cannot::AccountBlocked => self.say(&s.account_blocked, &[]),
            Cannot::AccountEmpty => self.say(&s.account_empty, &[]),
            Cannot::AccountChanged { available } => {
                self.say(&s.account_changed, &[("available", &p.money(*available))])
            }
            Cannot::PaymentStopped => self.say(&s.payment_stopped, &[]),
            Cannot::NoOrder => self.say(&s.no_order, &[]),
        }
    }

    fn declined(&self, why: Decline) -> &Wording {
        let s = self.says();
        match why {
            Decline::InsufficientFunds => &s.declined_funds,
            Decline::ExpiredCard => &s.declined_expired,
            Decline::AuthenticationFailed => &s.declined_authentication,
            Decline::TimedOut => &s.declined_time,
            Decline::Unavailable => &s.declined_unavailable,
            Decline::CardDeclined => &s.declined,
        }
    }

    fn no_such_line(&self, which: Option<&Which>, cart: &Cart) -> String {
        let p = &self.phrasing;
        let lines = p.lines_briefly(&cart.lines);
        match which {
            Some(Which::Item(item)) => {
                self.say(&self.says().no_such_line, &[("item", &p.title(*item)), ("lines", &lines)])
            }
            Some(Which::Category(category)) => {
                let title = &p.shop.category(*category).names.title;
                self.say(&self.says().no_such_line, &[("item", title), ("lines", &lines)])
            }
            Some(Which::OneOf(_)) | None => self.say(&self.says().not_there, &[("lines", &lines)]),
        }
    }
}
