//! Messages of the runtime on standard error, put together in a fixed buffer: no formatting machinery, no allocation.

use crate::image::Bytes;
use crate::os;
use core::ffi::{c_char, c_void};

/// A message under construction. What does not fit is written out in between.
pub struct Report {
    text: [u8; Self::ROOM],
    used: usize,
}

impl Report {
    const ROOM: usize = 512;

    /// An empty message.
    #[expect(clippy::new_without_default, reason = "an empty report is started, not defaulted")]
    pub fn new() -> Report {
        Report { text: [0; Self::ROOM], used: 0 }
    }

    /// Writes out what has gathered.
    pub fn flush(&mut self) -> &mut Report {
        // SAFETY: `used` bytes of the buffer are initialised.
        unsafe { os::write(2, self.text.as_ptr().cast::<c_void>(), self.used) };
        self.used = 0;
        self
    }

    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.used) {
            *place = byte;
            self.used += 1;
        }
        if self.used == Self::ROOM {
            self.flush();
        }
    }

    /// Adds text.
    pub fn text(&mut self, text: &str) -> &mut Report {
        for &b in text.as_bytes() {
            self.byte(b);
        }
        self
    }

    /// Adds bytes of the image.
    pub fn bytes(&mut self, bytes: Bytes) -> &mut Report {
        for i in 0..bytes.bytes {
            // SAFETY: inside.
            self.byte(unsafe { *bytes.start.add(i) });
        }
        self
    }

    /// Adds a C string.
    ///
    /// # Safety
    /// `text` must be null or zero-terminated.
    pub unsafe fn c_text(&mut self, text: *const c_char) -> &mut Report {
        let mut at = text;
        // SAFETY: by the contract above, every byte up to the zero is readable.
        unsafe {
            while !at.is_null() && *at != 0 {
                self.byte(*at as u8);
                at = at.add(1);
            }
        }
        self
    }

    /// Adds a number in decimal.
    pub fn decimal(&mut self, number: usize) -> &mut Report {
        if number >= 10 {
            self.decimal(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
        self
    }

    /// Adds a number in hexadecimal, with `0x`.
    pub fn hex(&mut self, number: usize) -> &mut Report {
        self.text("0x");
        let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
        for i in (0..digits).rev() {
            let digit = (number >> (4 * i) & 15) as u8;
            self.byte(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
        }
        self
    }
}
