//! `rheo as` and `rheo dis`: the image to text and back.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::{cli, instructions, output};
use anyhow::{Context, Result};
use rheo_bytecode::asm;
use rheo_bytecode::{ImageView, Isa};

/// Turns text into an image.
pub fn assemble(args: &cli::Assemble) -> Result<()> {
    let name = args.input.display();
    let text = std::fs::read(&args.input).with_context(|| format!("cannot read {name}"))?;
    let text = String::from_utf8(text).map_err(|_| anyhow::anyhow!("{name}: not an image's text: not UTF-8"))?;
    let isa = instructions::given(&args.vm)?;
    let image = asm::assemble(&text, &isa).map_err(|e| {
        let line = u32::try_from(e.line).unwrap_or(u32::MAX);
        let message = format!("{name}: not an image's text: {}", e.what);
        Diagnostics::from(Diagnostic::new(message).at(&name.to_string(), line, 0, ""))
    })?;
    verified(&image, &isa).with_context(|| format!("{name}: the image is unsound"))?;
    output::write(&args.output, &image)
}

/// Turns an image into text.
pub fn disassemble(args: &cli::Disassemble) -> Result<()> {
    let name = args.image.display();
    let bytes = std::fs::read(&args.image).with_context(|| format!("cannot read {name}"))?;
    let isa = instructions::given(&args.vm)?;
    let image = verified(&bytes, &isa).with_context(|| name.to_string())?;
    let text = asm::disassemble(&image);
    match &args.output {
        Some(path) => output::write(path, text.as_bytes()),
        None => output::print(&text),
    }
}

/// The image in a file, checked.
fn verified<'a>(bytes: &'a [u8], isa: &'a Isa) -> Result<rheo_bytecode::VerifiedImage<'a>> {
    Ok(rheo_bytecode::verify(ImageView::parse(bytes)?, isa)?)
}
