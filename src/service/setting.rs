//! What a shop and its language make together, for every conversation.

use std::sync::Arc;

use crate::lang::Language;
use crate::shop::Shop;
use crate::understand::Lexicon;

#[derive(Debug, Clone)]
pub struct Setting {
    pub shop: Arc<Shop>,
    pub language: Arc<Language>,
    pub lexicon: Arc<Lexicon>,
}

impl Setting {
    pub fn new(shop: Shop, language: Language) -> Setting {
        let lexicon = Arc::new(Lexicon::compile(&shop, &language));
        Setting { shop: Arc::new(shop), language: Arc::new(language), lexicon }
    }
}
