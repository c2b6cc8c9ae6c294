//! Gift cards, points and house accounts, found by their codes. A code is as good as money: what is kept of it is a hash that
//! takes its time, so that nobody who gets hold of the database tries them all.

use argon2::{Algorithm, Argon2, Params, Version};

use crate::commerce::payment::{Account, AccountKind};
use crate::money::Money;
use crate::shop::Shop;
use crate::store::{NewAccount, Store, StoreError};

/// Kilobytes that a hash takes, and how often it goes over them: a hundredth of a second on a small computer.
const MEMORY: u32 = 8 * 1024;
const PASSES: u32 = 2;

/// Fewer digits are guessed, more sound like a card's number.
pub fn is_code(text: &str) -> bool {
    (6..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// What the digits of a code stand for in this shop.
pub(super) fn find(store: &Store, shop: &Shop, digits: &str) -> Result<Option<Account>, StoreError> {
    store.account_of(&shop.key, &hash(&store.code_salt()?, digits))
}

/// What is opened with `saycart accounts open`.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'a> {
    pub kind: AccountKind,
    /// Whom or what it is for, as the owner calls it.
    pub title: &'a str,
    /// Digits.
    pub code: &'a str,
    pub amount: Money,
    pub credit: Money,
    /// See `groups` of a promotion.
    pub groups: &'a [String],
}

pub(super) fn open(store: &mut Store, shop: &Shop, opened: Opened<'_>, now: i64) -> Result<i64, StoreError> {
    let Opened { kind, title, code, amount, credit, groups } = opened;
    let code_hash = hash(&store.code_salt()?, code);
    let currency = &*shop.currency.code;
    let account = NewAccount { shop: &shop.key, kind, title, code_hash: &code_hash, currency, amount, credit, groups };
    store.open_account(&account, now)
}

fn hash(salt: &str, digits: &str) -> String {
    let mut out = [0u8; 32];
    let params = Params::new(MEMORY, PASSES, 1, Some(out.len())).unwrap_or_default();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    // It fails for lengths that neither the salt nor `out` has.
    let hashed = argon.hash_password_into(digits.as_bytes(), salt.as_bytes(), &mut out);
    hashed.unwrap_or_else(|_| unreachable!("salt and hash have lengths that do"));
    out.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_code_is_its_own_in_each_shop_and_holds_no_digit_of_it_in_order() {
        let one = hash("0123456789abcdef", "47110815");
        assert_eq!(one, hash("0123456789abcdef", "47110815"));
        assert_ne!(one, hash("fedcba9876543210", "47110815"));
        assert_ne!(one, hash("0123456789abcdef", "47110816"));
        assert!(one.len() == 64 && !one.contains("47110815"));
    }
}
