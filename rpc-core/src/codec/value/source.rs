//! Where the fields of a struct come from in a text: from members, by name, or from elements, by position.

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess};

use super::{Decode, Seed};

/// The next value of a text, to be put into a field's slot.
pub trait Source<'de> {
    /// The format's error.
    type Error;

    /// Reads the value into the slot.
    fn fill<T: Decode<'de>>(&mut self, slot: &mut Option<T>, name: &'static str) -> Result<(), Self::Error>;

    /// Passes over a value that nobody knows.
    fn ignore(&mut self) -> Result<(), Self::Error>;
}

/// The value of the member whose name was just read.
pub(crate) struct Members<'a, A>(pub(crate) &'a mut A);

impl<'de, A: MapAccess<'de>> Source<'de> for Members<'_, A> {
    type Error = A::Error;

    fn fill<T: Decode<'de>>(&mut self, slot: &mut Option<T>, name: &'static str) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(A::Error::duplicate_field(name));
        }
        *slot = Some(self.0.next_value_seed(Seed::new())?);
        Ok(())
    }

    fn ignore(&mut self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }
}

/// The next element, if there is one.
pub(crate) struct Elements<'a, A>(pub(crate) &'a mut A);

impl<'de, A: SeqAccess<'de>> Source<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn fill<T: Decode<'de>>(&mut self, slot: &mut Option<T>, _name: &'static str) -> Result<(), A::Error> {
        *slot = self.0.next_element_seed(Seed::new())?;
        Ok(())
    }

    fn ignore(&mut self) -> Result<(), A::Error> {
        self.0.next_element::<IgnoredAny>().map(drop)
    }
}
