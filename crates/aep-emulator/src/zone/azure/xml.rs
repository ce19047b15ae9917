//! The parts of Azurite's listings that matter.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use crate::zone::ZoneError;

/// A blob of a listing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) modified: String,
    pub(super) etag: String,
}

/// A page of a listing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) blobs: Vec<Blob>,
    /// Where the next page begins; empty after the last one.
    pub(super) next: String,
}

pub(super) fn read(text: &str) -> Result<Page, ZoneError> {
    let bad = || ZoneError::Azure("Azurite's listing could not be read".to_owned());
    let mut reader = Reader::from_str(text);
    let (mut page, mut blob, mut value) = (Page::default(), Blob::default(), String::new());
    loop {
        match reader.read_event().map_err(|_| bad())? {
            Event::Eof => return Ok(page),
            Event::Start(_) => value.clear(),
            Event::Text(text) => value.push_str(&text.decode().map_err(|_| bad())?),
            Event::CData(text) => value.push_str(&text.decode().map_err(|_| bad())?),
            Event::GeneralRef(reference) => {
                if let Some(sign) = reference.resolve_char_ref().map_err(|_| bad())? {
                    value.push(sign);
                } else {
                    let name = reference.decode().map_err(|_| bad())?;
                    value.push_str(resolve_xml_entity(&name).ok_or_else(bad)?);
                }
            }
            Event::End(end) => {
                let value = std::mem::take(&mut value);
                match end.name().as_ref() {
                    b"Name" => blob.name = value,
                    b"Content-Length" => blob.size = value.parse().map_err(|_| bad())?,
                    b"Last-Modified" => blob.modified = value,
                    b"Etag" => value.trim_matches('"').clone_into(&mut blob.etag),
                    b"Blob" => page.blobs.push(std::mem::take(&mut blob)),
                    b"NextMarker" => page.next = value,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn names_are_read_with_their_references() {
        let text = "<?xml version=\"1.0\"?><EnumerationResults><Blobs><Blob><Name>a &amp; b&#233;/c</Name><Properties>\
                    <Last-Modified>Thu, 01 Jan 1970 00:00:01 GMT</Last-Modified><Etag>0x1</Etag>\
                    <Content-Length>12</Content-Length></Properties></Blob></Blobs><NextMarker/></EnumerationResults>";
        let page = read(text).unwrap();
        assert_eq!(page.next, "");
        assert_eq!(page.blobs[0].name, "a & bé/c");
        assert_eq!(
            (page.blobs[0].size, page.blobs[0].etag.as_str()),
            (12, "0x1")
        );
    }
}
