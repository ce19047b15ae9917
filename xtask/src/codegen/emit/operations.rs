//! The table of operations, as a constant.

use proc_macro2::TokenStream;
use quote::quote;

use super::Api;
use crate::codegen::table::{Answer, Entry, Safety};

/// `pub const OPERATIONS`.
pub(super) fn table(api: &Api<'_>, entries: &[Entry]) -> TokenStream {
    let rows = entries.iter().map(row);
    let doc = format!(
        " Every operation of the {} API, in the order of its document.",
        api.title
    );
    quote! {
        use crate::{Answer, OperationInfo, Safety};

        #[doc = #doc]
        pub const OPERATIONS: &[OperationInfo] = &[#(#rows),*];
    }
}

fn row(entry: &Entry) -> TokenStream {
    let Entry {
        id,
        function,
        method,
        path,
        changes,
        sandboxed,
        credentials,
        ..
    } = entry;
    let safety = match entry.safety {
        Safety::Repeatable => quote!(Safety::Repeatable),
        Safety::NotRepeatable => quote!(Safety::NotRepeatable),
    };
    let answer = match entry.answer {
        Answer::Json => quote!(Answer::Json),
        Answer::Bytes => quote!(Answer::Bytes),
        Answer::Empty => quote!(Answer::Empty),
    };
    let content_type = optional(entry.content_type.as_deref());
    let list = optional(entry.list.as_deref());
    quote! {
        OperationInfo {
            id: #id,
            function: #function,
            method: #method,
            path: #path,
            safety: #safety,
            changes: #changes,
            sandboxed: #sandboxed,
            credentials: #credentials,
            content_type: #content_type,
            answer: #answer,
            list: #list,
        }
    }
}

fn optional(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
