//! ISO 4217 currencies as shops write them: a table, so that no code knows one.

/// Code, the sign a shop of that country prints before an amount, digits after the point.
///
/// A shop has one currency, so its local sign is enough: a Canadian shop prints `$`, not `CA$`.
/// A sign made of letters ends with the space that belongs between it and the number.
#[rustfmt::skip]
pub(super) const TABLE: &[(&str, &str, u8)] = &[
    ("AED", "AED ", 2), ("ARS", "$", 2), ("AUD", "$", 2), ("BGN", "BGN ", 2), ("BHD", "BHD ", 3), ("BRL", "R$", 2),
    ("CAD", "$", 2), ("CHF", "CHF ", 2), ("CLP", "$", 0), ("CNY", "¥", 2), ("COP", "$", 2), ("CZK", "CZK ", 2),
    ("DKK", "kr ", 2), ("EGP", "EGP ", 2), ("EUR", "€", 2), ("GBP", "£", 2), ("HKD", "$", 2), ("HUF", "Ft ", 2),
    ("IDR", "Rp ", 2), ("ILS", "₪", 2), ("INR", "₹", 2), ("ISK", "kr ", 0), ("JPY", "¥", 0), ("KES", "KSh ", 2),
    ("KRW", "₩", 0), ("KWD", "KWD ", 3), ("MAD", "MAD ", 2), ("MXN", "$", 2), ("MYR", "RM ", 2), ("NGN", "₦", 2),
    ("NOK", "kr ", 2), ("NZD", "$", 2), ("PEN", "S/ ", 2), ("PHP", "₱", 2), ("PLN", "zł ", 2), ("RON", "lei ", 2),
    ("RSD", "RSD ", 2), ("SAR", "SAR ", 2), ("SEK", "kr ", 2), ("SGD", "$", 2), ("THB", "฿", 2), ("TND", "TND ", 3),
    ("TRY", "₺", 2), ("TWD", "$", 2), ("UAH", "₴", 2), ("USD", "$", 2), ("VND", "₫", 0), ("ZAR", "R ", 2),
];
