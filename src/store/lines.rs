//! A cart to rows and back. Rows name items and options by their stable keys; a shop that has changed since finds them
//! again, and what it no longer sells is reported.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use crate::commerce::cart::{Cart, Choice, Line, LineId, Quantity};
use crate::commerce::view::TakenOption;
use crate::shop::{ItemId, OptionId, OptionListId, Shop};

/// Something of a saved cart that the shop no longer has as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The line is gone from the cart.
    Item { title: String, quantity: Quantity },
    /// The line stands, without this option.
    Choice { line: LineId, title: String },
    /// An option of the order as a whole.
    OrderChoice { title: String },
}

/// Write the cart in the place of what stood there.
pub(super) fn write(
    connection: &Connection,
    conversation: i64,
    shop: &Shop,
    cart: &Cart,
    now: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO carts (conversation_id, next_line, customer_name, choices, updated_at, needs, vouchers, tip, destination,
             customer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (conversation_id) DO UPDATE SET next_line = ?2, customer_name = ?3, choices = ?4,
             updated_at = ?5, needs = ?6, vouchers = ?7, tip = ?8, destination = ?9, customer = ?10",
        )?
        .execute(params![
            conversation,
            cart.next_line,
            cart.customer_name,
            to_json(&taken(shop, &cart.order_choices))?,
            now,
            to_json(&cart.needs)?,
            to_json(&cart.vouchers)?,
            to_json(&cart.tip)?,
            to_json(&cart.destination)?,
            to_json(&cart.customer)?,
        ])?;
    connection.prepare_cached("DELETE FROM cart_lines WHERE conversation_id = ?1")?.execute([conversation])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO cart_lines (conversation_id, line, position, item, title, quantity, measured, choices, notes, over)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (position, line) in cart.lines.iter().enumerate() {
        let item = shop.item(line.item);
        let (quantity, measured, over) = columns(line.quantity);
        insert.execute(params![
            conversation,
            line.id.0,
            position as i64,
            item.key,
            item.names.title,
            quantity,
            measured,
            to_json(&taken(shop, &line.choices))?,
            to_json(&line.notes)?,
            over,
        ])?;
    }
    Ok(())
}

/// The cart as this shop can serve it, and what it cannot. `None` where there is no cart.
pub(super) fn read(
    connection: &Connection,
    conversation: i64,
    shop: &Shop,
) -> rusqlite::Result<Option<(Cart, Vec<Lost>)>> {
    let mut lost = Vec::new();
    let cart = connection
        .prepare_cached(
            "SELECT next_line, customer_name, choices, needs, vouchers, tip, destination, customer FROM carts
             WHERE conversation_id = ?1",
        )?
        .query_row([conversation], |row| {
            let cart = Cart {
                next_line: row.get(0)?,
                customer_name: row.get(1)?,
                needs: from_json(row, 3)?,
                vouchers: from_json(row, 4)?,
                tip: from_json(row, 5)?,
                destination: from_json(row, 6)?,
                customer: from_json(row, 7)?,
                ..Cart::default()
            };
            Ok((cart, from_json::<Vec<TakenOption>>(row, 2)?))
        })
        .optional()?;
    let Some((mut cart, order_choices)) = cart else { return Ok(None) };
    // A promotion that is over takes nothing off, and nothing of the order is lost with it.
    cart.vouchers.retain(|key| shop.terms.promotions.iter().any(|promotion| promotion.key == *key));
    for saved in order_choices {
        let found = find_choice(shop, &saved).filter(|choice| cart.choose_for_order(shop, choice.clone()).is_ok());
        if found.is_none() {
            lost.push(Lost::OrderChoice { title: saved.title });
        }
    }
    let mut rows = connection.prepare_cached(
        "SELECT line, item, title, quantity, measured, choices, notes, over FROM cart_lines
         WHERE conversation_id = ?1 ORDER BY position",
    )?;
    let mut rows = rows.query([conversation])?;
    while let Some(row) = rows.next()? {
        let id = LineId(row.get(0)?);
        let key: String = row.get(1)?;
        let quantity = quantity(row.get(3)?, row.get(4)?, row.get(7)?);
        let item = shop.items.iter().position(|item| item.key == key).map(|index| ItemId(index as u32));
        let fitting = item.and_then(|item| Some((item, quantity.fitting(shop, item).ok()?)));
        let Some((item, quantity)) = fitting else {
            lost.push(Lost::Item { title: row.get(2)?, quantity });
            continue;
        };
        let mut line = Line { id, item, quantity, choices: vec![], notes: from_json(row, 6)? };
        // What is left out goes first: it makes room.
        let mut choices: Vec<TakenOption> = from_json(row, 5)?;
        choices.sort_by_key(|saved| !saved.negated);
        for saved in choices {
            let found = find_choice(shop, &saved).filter(|choice| line.choose(shop, choice.clone()).is_ok());
            if found.is_none() {
                lost.push(Lost::Choice { line: id, title: saved.title });
            }
        }
        cart.lines.push(line);
    }
    Ok(Some((cart, lost)))
}

fn taken(shop: &Shop, choices: &[Choice]) -> Vec<TakenOption> {
    choices.iter().map(|choice| TakenOption::of(shop, choice)).collect()
}

fn find_choice(shop: &Shop, saved: &TakenOption) -> Option<Choice> {
    let list = shop.option_lists.iter().position(|list| list.key == saved.list)?;
    let index = shop.option_lists[list].options.iter().position(|option| option.key == saved.option)?;
    let option = OptionId { list: OptionListId(list as u16), index: index as u16 };
    Some(Choice { option, grade: saved.grade, negated: saved.negated, count: saved.count })
}

/// Amount, whether it is measured, and what its thousandths leave over, in the finer parts.
pub(super) fn columns(quantity: Quantity) -> (u32, bool, i64) {
    match quantity {
        Quantity::Count(count) => (count, false, 0),
        Quantity::Measure(parts) => {
            let amount = quantity.rounded();
            let Quantity::Measure(whole) = Quantity::thousandths(amount) else { return (amount, true, 0) };
            (amount, true, parts as i64 - whole as i64)
        }
    }
}

pub(super) fn quantity(amount: u32, measured: bool, over: i64) -> Quantity {
    match (Quantity::thousandths(amount), measured) {
        (Quantity::Measure(parts), true) => Quantity::Measure(parts.saturating_add_signed(over)),
        _ => Quantity::Count(amount),
    }
}

pub(super) fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}
