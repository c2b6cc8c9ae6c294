//! One file out of a compressed tar, as npm packs: 512 bytes of header before each file, which is filled up to such blocks.

use std::io::{self, Read};

use flate2::read::GzDecoder;

const BLOCK: u64 = 512;
/// Where name, size and the directory before the name stand in a header (POSIX ustar).
const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const MAGIC: std::ops::Range<usize> = 257..262;
const PREFIX: std::ops::Range<usize> = 345..500;

/// The contents of the file of that path.
pub fn member(archive: impl Read, path: &str) -> io::Result<impl Read> {
    let mut tar = GzDecoder::new(archive);
    loop {
        let mut header = [0; BLOCK as usize];
        tar.read_exact(&mut header).map_err(|_| io::Error::new(io::ErrorKind::NotFound, "it holds no such file"))?;
        if header == [0; BLOCK as usize] {
            continue;
        }
        let size = text(&header[SIZE])
            .and_then(|octal| u64::from_str_radix(octal.trim(), 8).ok())
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its list of files cannot be read"))?;
        let prefix = text(&header[PREFIX]).filter(|prefix| &header[MAGIC] == b"ustar" && !prefix.is_empty());
        let name = text(&header[NAME]).unwrap_or_default();
        if prefix.map_or_else(|| name == path, |prefix| format!("{prefix}/{name}") == path) {
            return Ok(tar.take(size));
        }
        io::copy(&mut (&mut tar).take(size.next_multiple_of(BLOCK)), &mut io::sink())?;
    }
}

/// Up to the first NUL.
fn text(field: &[u8]) -> Option<&str> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    std::str::from_utf8(&field[..end]).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        for (name, contents) in files {
            let mut header = [0; BLOCK as usize];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[SIZE][..11].copy_from_slice(format!("{:011o}", contents.len()).as_bytes());
            gz.write_all(&header).unwrap();
            gz.write_all(contents).unwrap();
            gz.write_all(&vec![0; contents.len().next_multiple_of(BLOCK as usize) - contents.len()]).unwrap();
        }
        gz.write_all(&[0; 2 * BLOCK as usize]).unwrap();
        gz.finish().unwrap()
    }

    fn read(archive: &[u8], path: &str) -> io::Result<Vec<u8>> {
        let mut contents = Vec::new();
        member(archive, path)?.read_to_end(&mut contents)?;
        Ok(contents)
    }

    #[test]
    fn the_one_file_is_found_among_others() {
        let archive = packed(&[("package/a", b"one"), ("package/b", &[7; 1000]), ("package/c", b"")]);
        assert_eq!(read(&archive, "package/a").unwrap(), b"one");
        assert_eq!(read(&archive, "package/b").unwrap(), [7; 1000]);
        assert_eq!(read(&archive, "package/c").unwrap(), b"");
        assert!(read(&archive, "package/d").unwrap_err().to_string().contains("no such file"));
    }

    #[test]
    fn what_is_no_archive_is_no_archive() {
        assert!(read(b"", "a").is_err() && read(b"not compressed at all", "a").is_err());
    }
}
