//! Where the next page of a list begins.

use aep_core::{Cursor, Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;
use url::Url;

/// The continuation token in the link to the next page, decoded; none on the last page.
///
/// The link is relative, to a base that is not always the right one, so only its parameter is used. It is decoded as an
/// address and not as a form: tokens hold `+`, which a form would turn into a space.
pub(super) fn next(href: Option<&str>) -> Result<Option<Cursor>> {
    let Some(href) = href.filter(|href| !href.is_empty()) else {
        return Ok(None);
    };
    let wrong = || {
        Error::new(ErrorKind::Protocol, "read the next page of a list")
            .because("the link to the next page has no continuation token")
    };
    let base = Url::parse("https://platform.adobe.io/data/foundation/flowservice/");
    let link = base.and_then(|base| base.join(href)).map_err(|_| wrong())?;
    let pairs = link.query().unwrap_or_default().split('&');
    let mut tokens = pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let name = percent_decode_str(name).decode_utf8().ok()?;
        (name == "continuationToken").then_some(value)
    });
    let token = tokens
        .next_back()
        .filter(|token| !token.is_empty())
        .ok_or_else(wrong)?;
    let token = percent_decode_str(token).decode_utf8();
    Ok(Some(Cursor::Token(
        token.map_err(|_| wrong())?.into_owned(),
    )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_token_comes_back_as_it_was(token in ".{1,40}") {
            let href = format!("/runs?limit=5&continuationToken={}&x=y", utf8_percent_encode(&token, NON_ALPHANUMERIC));
            prop_assert_eq!(next(Some(&href)).unwrap(), Some(Cursor::Token(token)));
        }

        #[test]
        fn no_link_breaks_the_reader(href in ".{0,60}") {
            let _ = next(Some(&href));
        }
    }

    #[test]
    fn the_token_is_decoded_once_and_whole() {
        for (href, wanted) in [
            ("/flows?continuationToken=abc", "abc"),
            (
                "/connections?limit=5&continuationToken=a%3D%3D%26b",
                "a==&b",
            ),
            (
                "flows?continuationToken=eyJ0Ijo+MX0==&limit=5",
                "eyJ0Ijo+MX0==",
            ),
            ("?continuationToken=a%2Bb%252B", "a+b%2B"),
            ("https://elsewhere.example/x?continuationToken=%C3%A4", "ä"),
        ] {
            let token = Some(Cursor::Token(wanted.to_owned()));
            assert_eq!(next(Some(href)).unwrap(), token, "{href}");
        }
    }

    #[test]
    fn a_list_ends_where_no_link_is() {
        assert_eq!(next(None).unwrap(), None);
        assert_eq!(next(Some("")).unwrap(), None);
    }

    #[test]
    fn a_link_without_a_token_is_no_end() {
        for href in ["/flows?start=5", "/flows?continuationToken="] {
            let error = next(Some(href)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{href}");
        }
    }
}
