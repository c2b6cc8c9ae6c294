//! What commands say on standard output. All of them say it here, for somebody may read the first lines and leave
//! (`saycart shop check | head -1`): the command then ends, and has not failed.

use std::fmt::{Arguments, Display};
use std::io::Write;

use super::CliError;

/// A line. Colours are left out where they would not be seen.
pub fn line(text: impl Display) -> Result<(), CliError> {
    to(&mut anstream::stdout().lock(), format_args!("{text}\n"))
}

/// Text that ends its lines itself.
pub fn text(text: impl Display) -> Result<(), CliError> {
    to(&mut anstream::stdout().lock(), format_args!("{text}"))
}

fn to(out: &mut impl Write, text: Arguments<'_>) -> Result<(), CliError> {
    out.write_fmt(text).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => CliError::Unread,
        _ => CliError::new(format!("cannot write to standard output: {error}. Is what it goes to full, or closed?")),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    struct Refusing(ErrorKind);

    impl Write for Refusing {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(Error::from(self.0))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_who_leaves_is_no_failure_and_a_full_disk_is() {
        let said = |kind| to(&mut Refusing(kind), format_args!("two teas"));
        assert!(matches!(said(ErrorKind::BrokenPipe), Err(CliError::Unread)));
        let full = said(ErrorKind::StorageFull).unwrap_err().to_string();
        assert!(full.contains("cannot write to standard output"), "{full}");
        let mut taken = Vec::new();
        to(&mut taken, format_args!("two teas\n")).unwrap();
        assert_eq!(taken, b"two teas\n");
    }
}
