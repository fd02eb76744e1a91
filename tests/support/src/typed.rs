//! Rows of a page that name a Rust type.

/// A text without its spaces: rustc and a page set them differently.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The instance of a generic function for the type of a list that has this name on a page.
///
/// ```
/// fn size<T>() -> usize {
///     size_of::<T>()
/// }
///
/// let size: fn() -> usize = polyrpc_test_support::for_type!("[ u16; 2 ]", size => u8, [u16; 2]);
/// assert_eq!(size(), 4);
/// ```
#[macro_export]
macro_rules! for_type {
    ($name:expr, $function:ident => $($type:ty),* $(,)?) => {
        match $crate::squeezed($name) {
            $(name if name == $crate::squeezed(stringify!($type)) => $function::<$type>,)*
            name => panic!("what is a {name}?"),
        }
    };
}
