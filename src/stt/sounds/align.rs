//! Lining up the sounds of a phrase with a stretch of what was heard.

use super::phones::{Phone, confusion, gap};

/// Scratch space, kept between calls so that aligning thousands of phrases allocates nothing.
#[derive(Default)]
pub struct Aligner {
    row: Vec<f32>,
    next: Vec<f32>,
}

impl Aligner {
    /// The cost of hearing `heard[..end]` where `phrase` was said, for every `end` from 0 to `heard.len()`: handed to
    /// `found` where it is at most `most`. Gives up as soon as no end can reach that.
    pub fn ends(&mut self, phrase: &[Phone], heard: &[Phone], most: f32, mut found: impl FnMut(usize, f32)) {
        self.row.clear();
        self.row.push(0.0);
        let mut before = None;
        for phone in heard {
            let last = self.row.last().copied().unwrap_or_default();
            self.row.push(last + gap(*phone, before));
            before = Some(*phone);
        }
        let mut before_said = None;
        for said in phrase {
            let dropped = gap(*said, before_said);
            self.next.clear();
            self.next.push(self.row[0] + dropped);
            let mut least = self.next[0];
            let mut before_heard = None;
            for (at, phone) in heard.iter().enumerate() {
                let same = self.row[at] + confusion(*phone, *said);
                let swallowed = self.row[at + 1] + dropped;
                let added = self.next[at] + gap(*phone, before_heard);
                let cost = same.min(swallowed).min(added);
                least = least.min(cost);
                self.next.push(cost);
                before_heard = Some(*phone);
            }
            if least > most {
                return;
            }
            before_said = Some(*said);
            std::mem::swap(&mut self.row, &mut self.next);
        }
        for (end, cost) in self.row.iter().enumerate() {
            if *cost <= most {
                found(end, *cost);
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
