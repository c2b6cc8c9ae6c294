use serde::{Deserialize, Serialize};

use crate::commerce::cart::Cart;
use crate::money::Money;

/// What holds a conversation together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Talk {
    Greeting,
    /// To somebody who spoke before they could be greeted: their wish is answered in the same breath.
    Hello,
    WelcomeBack(Cart),
    /// The turn could not be written down.
    Trouble,
    /// Nor could it be, for the disk is full; what was written before is kept.
    NoRoom,
    Unheard,
    NotUnderstood,
    Help {
        cart_empty: bool,
    },
    /// A person was told, and comes.
    HandingOver,
    /// Nobody can be called here.
    AskStaff,
    /// Nobody could be told; it is written down for them.
    NobodyThere,
    TakeYourTime,
    /// A card's number, a code: not to be said here.
    KeepPrivate,
    /// A phone's or a room's number has no place here.
    NoNumbers,
    /// What is good for somebody is not ours to say.
    NoAdvice,
    /// What is no order, the people at the counter know about.
    StaffKnow,
    /// The reader waits for their card.
    HoldCard {
        amount: Money,
    },
    /// It is paid where the screen says.
    PayByLink {
        amount: Money,
    },
    /// While their card is waited for, nothing else is done.
    PayFirst,
    /// Their card is not waited for any more, if it was not held there yet.
    StoppingPayment,
    Welcome,
    Goodbye,
    /// `last`: the next silence puts the order aside.
    StillThere {
        last: bool,
    },
    WhatElse {
        cart_empty: bool,
    },
    WhatToChange,
}
