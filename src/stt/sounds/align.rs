//! Lining up the sounds of a phrase with a stretch of what was heard.

use super::phones::{Costs, Phone};

/// Scratch space, kept between calls so that aligning thousands of phrases allocates nothing.
pub struct Aligner {
    costs: &'static Costs,
    row: Vec<f32>,
    next: Vec<f32>,
}

impl Default for Aligner {
    fn default() -> Self {
        Aligner { costs: Costs::get(), row: Vec::new(), next: Vec::new() }
    }
}

impl Aligner {
    /// The cost of hearing `heard[..end]` where `phrase` was said, for every `end` from 0 to `heard.len()`: handed to
    /// `found` where it is at most `most`. Gives up as soon as no end can reach that.
    pub fn ends(&mut self, phrase: &[Phone], heard: &[Phone], most: f32, mut found: impl FnMut(usize, f32)) {
        let costs = self.costs;
        // Only cells from `first` up to `beyond` can still be reached at that cost; around them all is out of reach.
        let (mut first, mut beyond) = (0, 1);
        self.row.clear();
        self.row.resize(heard.len() + 1, f32::INFINITY);
        self.row[0] = 0.0;
        for (at, phone) in heard.iter().enumerate() {
            let cost = self.row[at] + costs.gap(*phone, at.checked_sub(1).map(|before| heard[before]));
            if cost > most {
                break;
            }
            self.row[at + 1] = cost;
            beyond = at + 2;
        }
        self.next.clear();
        self.next.resize(heard.len() + 1, f32::INFINITY);
        let mut before_said = None;
        for said in phrase {
            let dropped = costs.gap(*said, before_said);
            let (mut least, mut last) = (usize::MAX, first);
            let mut left = f32::INFINITY;
            for at in first..=heard.len() {
                let swallowed = self.row[at] + dropped;
                let same =
                    if at > first { self.row[at - 1] + costs.confusion(heard[at - 1], *said) } else { f32::INFINITY };
                let added = if left.is_finite() {
                    left + costs.gap(heard[at - 1], at.checked_sub(2).map(|before| heard[before]))
                } else {
                    f32::INFINITY
                };
                let cost = same.min(swallowed).min(added);
                left = if cost > most { f32::INFINITY } else { cost };
                self.next[at] = left;
                if left.is_finite() {
                    least = least.min(at);
                    last = at;
                } else if at >= beyond {
                    break;
                }
            }
            if least == usize::MAX {
                return;
            }
            self.row[first..beyond].fill(f32::INFINITY);
            (first, beyond) = (least, last + 1);
            before_said = Some(*said);
            std::mem::swap(&mut self.row, &mut self.next);
        }
        for end in first..beyond {
            if self.row[end] <= most {
                found(end, self.row[end]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::phones::parse;
    use super::*;

    fn cost(said: &str, heard: &str) -> f32 {
        let heard = parse(heard);
        let mut cost = f32::INFINITY;
        Aligner::default().ends(&parse(said), &heard, 99.0, |end, c| {
            if end == heard.len() {
                cost = c;
            }
        });
        cost
    }

    #[test]
    fn what_sounds_alike_costs_little() {
        assert_eq!(cost("moʊkə", "moʊkə"), 0.0);
        let mishearing = cost("aɪst moʊkə", "aɪs moʊkoʊ");
        let another = cost("aɪst moʊkə", "hɑːt koʊkoʊ");
        assert!(mishearing < 1.0 && another > 2.0 * mishearing, "{mishearing} {another}");
    }

    #[test]
    fn a_hopeless_phrase_is_given_up() {
        let mut ends = 0;
        Aligner::default().ends(&parse("moʊkə"), &parse("stɹɪp"), 0.5, |_, _| ends += 1);
        assert_eq!(ends, 0);
    }
}
