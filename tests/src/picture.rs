//! Turns the picture that Doom writes (PPM) into PNG.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Converts a binary PPM of 8 bits a channel.
pub fn ppm_to_png(ppm: &Path, png: &Path) -> Result<()> {
    let bytes = fs::read(ppm).with_context(|| format!("cannot read {}", ppm.display()))?;
    let (width, height, pixels) = parse(&bytes).with_context(|| format!("{} is no PPM", ppm.display()))?;
    let file = File::create(png).with_context(|| format!("cannot write {}", png.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(())
}

/// Width, height and pixels, three bytes each.
fn parse(bytes: &[u8]) -> Result<(u32, u32, &[u8])> {
    let mut rest = bytes;
    let mut word = || -> Result<&str> {
        let from = rest.iter().position(|b| !b.is_ascii_whitespace()).context("the header ends early")?;
        let length = rest[from..].iter().position(u8::is_ascii_whitespace).context("the header ends early")?;
        let word = std::str::from_utf8(&rest[from..from + length])?;
        // One white space ends a word; after the last one the pixels begin.
        rest = &rest[from + length + 1..];
        Ok(word)
    };
    if word()? != "P6" {
        bail!("the header does not begin with P6");
    }
    let (width, height): (u32, u32) = (word()?.parse()?, word()?.parse()?);
    if word()? != "255" {
        bail!("channels have other than 8 bits");
    }
    if u64::from(width) * u64::from(height) * 3 != rest.len() as u64 {
        bail!("{} bytes of pixels for {width} × {height}", rest.len());
    }
    Ok((width, height, rest))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn header_and_pixels_must_agree() {
        let (width, height, pixels) = parse(b"P6\n2 1\n255\n\n\n\n456").unwrap();
        assert_eq!((width, height, pixels), (2, 1, &b"\n\n\n456"[..]));
        for bad in [&b"P5\n1 1\n255\nabc"[..], b"P6\n1 1\n255\nab", b"P6\n1 1\n65535\nabc", b"P6\n1", b""] {
            assert!(parse(bad).is_err());
        }
    }
}
