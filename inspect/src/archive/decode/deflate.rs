use crate::Error;
use crate::archive::Format;
use crate::archive::decode::CUT_OFF;
use crate::archive::input::Input;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

/// One deflate stream (RFC 1951), without a frame.
pub(in crate::archive) struct Inflate {
    state: Box<InflateState>,
    format: Format,
    is_at_end: bool,
}

impl Inflate {
    /// `format` is that of the frame, for errors.
    pub(in crate::archive) fn new(format: Format) -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Raw), format, is_at_end: false }
    }

    /// Inflates some bytes; none at the end of the stream, where the input stands then.
    pub(in crate::archive) fn read(
        &mut self,
        input: &mut Input<'_>,
        buffer: &mut [u8],
    ) -> Result<usize, Error> {
        while !self.is_at_end && !buffer.is_empty() {
            let bytes = input.fill()?;
            let is_cut_off = bytes.is_empty();
            let progress = inflate(&mut self.state, bytes, buffer, MZFlush::None);
            input.consume(progress.bytes_consumed);
            match progress.status {
                Ok(MZStatus::StreamEnd) => self.is_at_end = true,
                Ok(_) if progress.bytes_consumed > 0 || progress.bytes_written > 0 => {}
                _ => {
                    let what = match self.state.last_status() {
                        _ if is_cut_off => CUT_OFF,
                        TINFLStatus::Failed => "the compressed data are damaged",
                        _ => CUT_OFF,
                    };
                    let (format, offset) = (self.format, input.position());
                    return Err(Error::MalformedArchive { format, what, offset });
                }
            }
            if progress.bytes_written > 0 {
                return Ok(progress.bytes_written);
            }
        }
        Ok(0)
    }
}
