//! The one home of tokens, client secrets and signed addresses.

use std::fmt;

use zeroize::Zeroize;

/// A value that must not be shown.
///
/// `Debug` prints `[redacted]`; there is no `Display`, no `Serialize`, no `Deref`. The only way to the value is
/// [`expose`](Self::expose), so that a search for that word finds every place that handles one. The memory is
/// overwritten when the value is dropped.
///
/// ```
/// let secret = aep_core::Secret::new(String::from("p8e-something"));
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "p8e-something");
/// ```
pub struct Secret<T: Zeroize = String>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the line that sends or stores it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Compares without stopping at the first difference, so that the time taken says nothing about the value.
impl<T: Zeroize + AsRef<[u8]>> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (self.0.as_ref(), other.0.as_ref());
        let difference = left
            .iter()
            .zip(right)
            .fold(0_u8, |sum, (a, b)| sum | (a ^ b));
        left.len() == right.len() && difference == 0
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Secret<T> {}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_redacted_and_compares_by_value() {
        let secret = Secret::new(String::from("abc"));
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)),
            "[redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret, Secret::new(String::from("abc")));
        assert_ne!(secret, Secret::new(String::from("abd")));
        assert_ne!(secret, Secret::new(String::from("abcd")));
    }
}
