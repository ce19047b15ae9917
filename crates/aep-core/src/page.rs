//! Lists that come in pages, as one lazy stream.

use std::future::Future;

use futures::stream::{self, Stream, TryStreamExt};
use url::Url;

use crate::{Error, Result};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What the page holds, in the order of the answer.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page after which nothing follows.
    pub fn last(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page of a service that pages by offset and says nothing about the end (Catalog): there is a next page if this
    /// one is full. `offset` is the position of its first item, `limit` the page size that was asked for.
    pub fn by_offset(items: Vec<T>, offset: u64, limit: u64) -> Self {
        let count = items.len() as u64;
        let next =
            (count > 0 && count >= limit).then(|| Cursor::Offset(offset.saturating_add(count)));
        Self { items, next }
    }
}

/// The place in a list where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cursor {
    /// A zero-based position (Catalog, Data Access, Sandbox management).
    Offset(u64),
    /// An opaque value of the service (`continuationToken` of Flow Service, `start` of Schema Registry), decoded.
    Token(String),
    /// The complete address of the next page.
    Url(Url),
}

/// The items of all pages as one stream.
///
/// `fetch` is called with `None` for the first page and with the cursor of the page before for every other one, and only
/// when the stream is polled past the end of the page it has: taking ten items never asks for a page beyond the tenth.
/// After an error the stream ends.
///
/// # Errors
///
/// The stream yields whatever `fetch` fails with, and [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if a page
/// points at itself, because the list would never end.
pub fn items<T, F, Fut>(fetch: F) -> impl Stream<Item = Result<T>>
where
    F: Fn(Option<Cursor>) -> Fut,
    Fut: Future<Output = Result<Page<T>>>,
{
    enum At {
        Start,
        Next(Cursor),
        End,
    }
    stream::try_unfold((fetch, At::Start), |(fetch, at)| async move {
        let cursor = match at {
            At::Start => None,
            At::Next(cursor) => Some(cursor),
            At::End => return Ok(None),
        };
        let page = fetch(cursor.clone()).await?;
        if page.next.is_some() && page.next == cursor {
            return Err(
                Error::new(crate::ErrorKind::Protocol, "read the next page of a list")
                    .because("the page names itself as the next one"),
            );
        }
        let at = page.next.map_or(At::End, At::Next);
        Ok::<_, Error>(Some((
            stream::iter(page.items.into_iter().map(Ok)),
            (fetch, at),
        )))
    })
    .try_flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::cell::Cell;
    use std::pin::pin;

    use futures::StreamExt;

    use super::*;

    fn numbers(asked: &Cell<u64>, cursor: Option<Cursor>) -> Result<Page<u64>> {
        asked.set(asked.get() + 1);
        let Some(Cursor::Offset(from)) = cursor.or(Some(Cursor::Offset(0))) else {
            return Err(Error::new(crate::ErrorKind::Other, "read"));
        };
        Ok(Page::by_offset(
            (from..(from + 5).min(12)).collect(),
            from,
            5,
        ))
    }

    #[tokio::test]
    async fn all_items_come_in_order() {
        let asked = Cell::new(0);
        let all: Vec<u64> = items(|c| std::future::ready(numbers(&asked, c)))
            .try_collect()
            .await
            .unwrap();
        assert_eq!(all, (0..12).collect::<Vec<_>>());
        assert_eq!(asked.get(), 3);
    }

    #[tokio::test]
    async fn a_page_is_fetched_only_when_it_is_needed() {
        let asked = Cell::new(0);
        let stream = items(|c| std::future::ready(numbers(&asked, c)));
        assert_eq!(asked.get(), 0);
        let ten: Vec<_> = stream.take(10).collect().await;
        assert_eq!((ten.len(), asked.get()), (10, 2));
    }

    #[tokio::test]
    async fn an_error_ends_the_stream() {
        let stream = items(|_: Option<Cursor>| async {
            Err::<Page<u8>, _>(Error::new(crate::ErrorKind::Unavailable, "list batches"))
        });
        let mut stream = pin!(stream);
        assert!(stream.next().await.unwrap().is_err());
        assert!(stream.next().await.is_none());
    }

    #[tokio::test]
    async fn a_page_that_points_at_itself_is_refused() {
        let stream = items(|_| async {
            Ok(Page {
                items: vec![1],
                next: Some(Cursor::Token("a".into())),
            })
        });
        let result: Result<Vec<i32>> = stream.try_collect().await;
        assert_eq!(result.unwrap_err().kind(), crate::ErrorKind::Protocol);
    }
}
