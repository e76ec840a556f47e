use crate::Error;
use crate::archive::input::Input;
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// An input as the libraries want it.
pub(super) struct Bridge<'i, 'a> {
    input: &'i mut Input<'a>,
    failure: Failure,
}

/// Why the input could not be read: libraries wrap errors in their own. It also knows how far the input was read.
#[derive(Clone, Default)]
pub(super) struct Failure {
    error: Rc<RefCell<Option<Error>>>,
    offset: Rc<Cell<u64>>,
}

impl Failure {
    pub(super) fn take(&self) -> Option<Error> {
        self.error.borrow_mut().take()
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset.get()
    }
}

impl<'i, 'a> Bridge<'i, 'a> {
    pub(super) fn new(input: &'i mut Input<'a>, failure: &Failure) -> Self {
        Self { input, failure: failure.clone() }
    }

    pub(super) fn input(&mut self) -> &mut Input<'a> {
        self.input
    }
}

impl Read for Bridge<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Bridge<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.input.fill() {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                *self.failure.error.borrow_mut() = Some(error);
                Err(io::Error::other("the input cannot be read"))
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.failure.offset.set(self.input.position());
    }
}
