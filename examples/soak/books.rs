//! What became of the orders: told aloud, kept, and given to the kitchen.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::Failure;

/// Number of an order that a reply tells of, as the café's language words it.
pub fn told(reply: &str) -> Option<i64> {
    let after = reply.split_once("order number ").or_else(|| reply.split_once("It's number "))?.1;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|_| reply.contains("total"))
}

#[derive(Debug, Default)]
pub struct Books {
    pub kept: usize,
    /// Told and not kept, or kept and not given to the kitchen.
    pub lost: usize,
    /// Told, kept or given to the kitchen twice.
    pub duplicated: usize,
}

impl Books {
    pub fn read(home: &Path, log: &[String]) -> Result<Books, Failure> {
        let mut told: BTreeMap<i64, usize> = BTreeMap::new();
        for number in log.iter().filter_map(|line| told_in(line)) {
            *told.entry(number).or_default() += 1;
        }
        let database = rusqlite::Connection::open(home.join("saycart.db"))?;
        let mut query = database.prepare("SELECT id, number FROM orders")?;
        let kept: Vec<(i64, i64)> =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let tickets = std::fs::read_to_string(home.join("tickets")).unwrap_or_default();
        // A ticket that came twice bears the same number of delivery.
        let tickets: BTreeMap<&str, &str> = tickets.lines().filter_map(|line| line.split_once(' ')).collect();
        let mut books = Books { kept: kept.len(), ..Books::default() };
        for number in told.keys() {
            books.lost += usize::from(!kept.iter().any(|(_, kept)| kept == number));
        }
        for (_, number) in &kept {
            let given = tickets.values().filter(|order| **order == number.to_string()).count();
            books.lost += usize::from(given == 0);
            books.duplicated += given.saturating_sub(1);
            // Nobody was told of it, or two were.
            books.duplicated += usize::from(told.get(number) != Some(&1));
            books.duplicated += kept.iter().filter(|(_, other)| other == number).count() - 1;
        }
        Ok(books)
    }
}

fn told_in(line: &str) -> Option<i64> {
    told(line.split_once("reply: ")?.1)
}
