//! Messages from a text with one per line.

use aep_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// A longer line is no message: none over 1 MB can be sent.
const LONGEST: u64 = 16 << 20;

/// The lines of `reader`, one message each, read as they are asked for. Empty lines are left out, and so is a byte order
/// mark.
///
/// # Errors
/// [`ErrorKind::Io`] if reading fails, [`ErrorKind::Usage`] at a line of more than 16 MiB.
pub fn lines<R>(reader: R) -> impl Stream<Item = Result<Bytes>> + Send
where
    R: AsyncBufRead + Unpin + Send,
{
    try_unfold((reader, 0_u64), |(mut reader, mut number)| async move {
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut reader).take(LONGEST);
            let read = bounded.read_until(b'\n', &mut line).await;
            let read = read
                .map_err(|error| Error::new(ErrorKind::Io, "read the messages").because(error))?;
            if read == 0 {
                return Ok(None);
            }
            number += 1;
            if read as u64 == LONGEST && !line.ends_with(b"\n") {
                return Err(Error::new(ErrorKind::Usage, "read the messages")
                    .with("line", number)
                    .because("it is longer than 16 MiB")
                    .hint("give one message per line"));
            }
            let text = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1);
            let text = text.unwrap_or(&line).trim_ascii();
            if !text.is_empty() {
                return Ok(Some((Bytes::copy_from_slice(text), (reader, number))));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use futures::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn every_line_with_something_on_it_is_a_message() {
        let text: &[u8] = b"\xef\xbb\xbf{\"a\":1}\r\n\n  \n{\"a\":2}\n{\"a\":3}";
        let all: Vec<Bytes> = lines(text).try_collect().await.unwrap();
        assert_eq!(all, ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]);
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_refused() {
        let text = vec![b'x'; usize::try_from(LONGEST).unwrap() + 1];
        let error = lines(&text[..]).try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}
