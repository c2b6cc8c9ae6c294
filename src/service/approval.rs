//! What a person let go.

use crate::commerce::pricing::{Moment, Quote};
use crate::commerce::view::CartView;
use crate::store::Store;

use super::ServiceError;
use super::session::Session;
use super::setting::Setting;

/// What of a cart a person looks at.
const LOOKED_AT: [&str; 2] = ["line_items", "options"];

/// Whether a person approved the cart of a conversation as it stands now, at these prices.
pub(super) fn approved(
    setting: &Setting,
    store: &Store,
    moment: Moment,
    session: &Session,
) -> Result<bool, ServiceError> {
    if !session.handed_over {
        return Ok(false);
    }
    let Some(seen) = store.approved_cart(session.id)? else { return Ok(false) };
    let cart = &session.state.cart;
    let quote = Quote::of(&setting.shop, cart, moment);
    let now = serde_json::to_value(CartView::of(&setting.shop, cart, &quote, &setting.language.totals))?;
    Ok(LOOKED_AT.iter().all(|part| now[part] == seen[part]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::lang::Language;
    use crate::money::Money;
    use crate::service::records::{Records, Step};
    use crate::service::{Channel, Desk, HandClock, Happening, Point, Staff, TurnOutcome};

    fn say(desk: &mut Desk, words: &str) -> TurnOutcome {
        desk.tell(&Point::only(Channel::Typed), Happening::Heard(words.into())).expect("it is answered")
    }

    #[test]
    fn what_a_person_let_go_is_placed_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("saycart.db");
        let mut shop = crate::dialogue::testing::shop();
        shop.terms.approval = Some(Money(1));
        let setting = Setting::new(shop, Language::load("en").expect("English is built in"));
        let staff = Staff { command: Some("true".into()), file: None };
        let clock = Arc::new(HandClock::new(1_800_000_000_000));
        let mut desk = Desk::open(setting, &database, staff, clock, Duration::from_secs(3_600)).expect("it opens");
        desk.enter(&Point::only(Channel::Typed)).expect("somebody comes in");
        say(&mut desk, "a cinnamon roll");
        assert!(say(&mut desk, "yes").order.is_none());
        let called = say(&mut desk, "yes").hand_over.expect("somebody is called");
        assert!(say(&mut desk, "place the order").order.is_none(), "nobody has looked yet");
        let mut records = Records::open_for_staff(&database).unwrap();
        records.move_handover(called, Step::Claim, Some("Ann")).unwrap();
        records.move_handover(called, Step::Approve, None).unwrap();

        say(&mut desk, "another cinnamon roll");
        let more = [say(&mut desk, "that's all"), say(&mut desk, "yes"), say(&mut desk, "yes")];
        assert!(more.iter().all(|turn| turn.order.is_none()), "that is another cart");
        say(&mut desk, "undo that");
        say(&mut desk, "that's all");
        assert!(say(&mut desk, "yes").order.is_some(), "and this is the one that Ann saw");
    }
}
