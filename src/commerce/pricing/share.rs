//! Dividing an amount so that nothing is lost.

use crate::money::Money;

/// `whole` in parts as large as the weights are to each other, to a minor unit; the parts sum up to it. What rounding
/// leaves over goes to those that it took most from, the first of equals first. No part is larger than its weight where
/// the whole is not larger than all of them. Weights are not negative.
pub fn share(whole: Money, weights: &[Money]) -> Vec<Money> {
    let all: i128 = weights.iter().map(|weight| i128::from(weight.0)).sum();
    if all <= 0 {
        return vec![Money::ZERO; weights.len()];
    }
    let exact = |weight: &Money| i128::from(whole.0) * i128::from(weight.0);
    let mut parts: Vec<Money> = weights.iter().map(|weight| Money((exact(weight).div_euclid(all)) as i64)).collect();
    let given: i64 = parts.iter().map(|part| part.0).sum();
    let mut first: Vec<usize> = (0..weights.len()).collect();
    first.sort_by_key(|at| std::cmp::Reverse(exact(&weights[*at]).rem_euclid(all)));
    for at in first.into_iter().take((whole.0 - given).max(0) as usize) {
        parts[at].0 += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_penny_more_goes_to_the_first_of_equals() {
        let money = |amounts: &[i64]| amounts.iter().map(|amount| Money(*amount)).collect::<Vec<_>>();
        assert_eq!(share(Money(100), &money(&[1, 1, 1])), money(&[34, 33, 33]));
        assert_eq!(share(Money(5), &money(&[0, 10, 0])), money(&[0, 5, 0]));
        assert_eq!(share(Money(5), &money(&[0, 0])), money(&[0, 0]));
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole_and_none_is_more_than_its_weight(
            weights in prop::collection::vec(0i64..1_000_000, 1..20), part in 0u64..=100_000,
        ) {
            let weights: Vec<Money> = weights.into_iter().map(Money).collect();
            let whole = weights.iter().copied().sum::<Money>().portion(part, 100_000);
            let parts = share(whole, &weights);
            prop_assert_eq!(parts.iter().copied().sum::<Money>(), whole);
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| *part <= *weight && part.0 >= 0));
        }
    }
}
