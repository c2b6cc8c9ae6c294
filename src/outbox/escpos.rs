//! A ticket in the words of a receipt printer (ESC/POS), which is given letters in a code page of its own.

use std::cell::RefCell;

use escpos::driver::Driver;
use escpos::errors::{PrinterError, Result};
use escpos::printer::Printer;
use escpos::utils::{PageCode, Protocol};
use oem_cp::code_table::*;

use super::SendError;
use super::layout::{Look, rows};
use crate::shop::Encoding;

/// Chinese characters on and off: FS & and FS .
const HAN_ON: &[u8] = b"\x1c&";
const HAN_OFF: &[u8] = b"\x1c.";
/// Lines that pass the knife before it cuts.
const FEED: u8 = 4;

/// All that the printer is sent.
pub fn encode(text: &str, width: u16, encoding: Encoding) -> std::result::Result<Vec<u8>, SendError> {
    let wrong = |error: PrinterError| SendError::Escpos(error.to_string());
    let mut printer = Printer::new(Paper::default(), Protocol::default(), None);
    write(&mut printer, text, width, encoding).map_err(wrong)?;
    Ok(printer.driver().0.into_inner())
}

fn write(printer: &mut Printer<Paper>, text: &str, width: u16, encoding: Encoding) -> Result<()> {
    printer.init()?;
    match page(encoding) {
        Some(page) => printer.custom(HAN_OFF)?.page_code(page)?,
        None => printer.custom(HAN_ON)?,
    };
    // The printers know the wide sign, the narrow one only by its four bytes.
    let text = if encoding == Encoding::Gb18030 { text.replace('¥', "￥") } else { text.to_string() };
    for row in rows(&text, usize::from(width)) {
        match row.look {
            Look::Plain => {}
            Look::Large => drop(printer.bold(true)?.size(2, 2)?),
            Look::Loud => drop(printer.bold(true)?.reverse(true)?),
        }
        printer.custom(&letters(&row.text, encoding))?.feed()?;
        match row.look {
            Look::Plain => {}
            Look::Large => drop(printer.bold(false)?.reset_size()?),
            Look::Loud => drop(printer.bold(false)?.reverse(false)?),
        }
    }
    printer.feeds(FEED)?.print_cut()?;
    Ok(())
}

fn page(encoding: Encoding) -> Option<PageCode> {
    match encoding {
        Encoding::Cp437 => Some(PageCode::PC437),
        Encoding::Cp850 => Some(PageCode::PC850),
        Encoding::Cp852 => Some(PageCode::PC852),
        Encoding::Cp858 => Some(PageCode::PC858),
        Encoding::Cp866 => Some(PageCode::PC866),
        Encoding::Windows1252 => Some(PageCode::WPC1252),
        Encoding::Gb18030 => None,
    }
}

/// What the page has no letter for is a question mark; signs of typesetting become those of a typewriter first.
fn letters(text: &str, encoding: Encoding) -> Vec<u8> {
    let table = match encoding {
        Encoding::Cp437 => &ENCODING_TABLE_CP437,
        Encoding::Cp850 => &ENCODING_TABLE_CP850,
        Encoding::Cp852 => &ENCODING_TABLE_CP852,
        Encoding::Cp858 => &ENCODING_TABLE_CP858,
        Encoding::Cp866 => &ENCODING_TABLE_CP866,
        Encoding::Windows1252 => return by_sign(text, encoding_rs::WINDOWS_1252),
        Encoding::Gb18030 => return by_sign(text, encoding_rs::GB18030),
    };
    let typed = |sign: char| if table.contains_key(&sign) || sign.is_ascii() { sign } else { typewritten(sign) };
    oem_cp::encode_string_lossy(&text.chars().map(typed).collect::<String>(), table)
}

fn by_sign(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let mut all = vec![];
    for sign in text.chars() {
        let mut buffer = [0; 4];
        let (bytes, _, lacks) = encoding.encode(sign.encode_utf8(&mut buffer));
        match (lacks, typewritten(sign)) {
            (false, _) => all.extend_from_slice(&bytes),
            (true, typed) if typed.is_ascii() => all.push(typed as u8),
            (true, _) => all.push(b'?'),
        }
    }
    all
}

fn typewritten(sign: char) -> char {
    match sign {
        '‘' | '’' | '‚' | '′' => '\'',
        '“' | '”' | '„' | '″' => '"',
        '‐'..='―' | '−' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '×' => 'x',
        other => other,
    }
}

/// Keeps what is printed.
#[derive(Default)]
struct Paper(RefCell<Vec<u8>>);

impl Driver for Paper {
    fn name(&self) -> String {
        "paper".into()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}
