//! The table of operations, as a constant.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Api;
use crate::codegen::described::{Body, Described, Parameter};
use crate::codegen::table::{Answer, Entry, Safety};

/// `pub const OPERATIONS`.
pub(super) fn table(api: &Api<'_>, entries: &[Entry]) -> TokenStream {
    // operations that take the same body share the list of its fields, under the name of the first of them
    let mut shared: Vec<(&[Parameter], Ident)> = Vec::new();
    for entry in entries {
        let fields = fields(entry);
        if !fields.is_empty() && shared.iter().all(|(known, _)| *known != fields) {
            shared.push((
                fields,
                format_ident!("{}_BODY", entry.function.to_uppercase()),
            ));
        }
    }
    let lists = shared.iter().map(|(fields, name)| {
        let fields = fields.iter().map(parameter);
        quote!(const #name: &[ParameterInfo] = &[#(#fields),*];)
    });
    let rows = entries.iter().map(|entry| {
        let known = shared.iter().find(|(known, _)| *known == fields(entry));
        row(entry, known.map(|(_, name)| name))
    });
    let doc = format!(
        " Every operation of the {} API, in the order of its document.",
        api.title
    );
    quote! {
        use crate::{Answer, BodyInfo, Kind, OperationInfo, ParameterInfo, Place, Safety};

        #[doc = #doc]
        pub const OPERATIONS: &[OperationInfo] = &[#(#rows),*];

        #(#lists)*
    }
}

fn fields(entry: &Entry) -> &[Parameter] {
    let body = entry.described.body.as_ref();
    body.map_or(&[], |body| &body.fields)
}

fn row(entry: &Entry, fields: Option<&Ident>) -> TokenStream {
    let fields = fields.map_or_else(|| quote!(&[]), |name| quote!(#name));
    let Entry {
        id,
        function,
        method,
        path,
        changes,
        sandboxed,
        credentials,
        summary,
        description,
        ..
    } = entry;
    let Described {
        parameters,
        body,
        statuses,
    } = &entry.described;
    let parameters = parameters.iter().map(parameter);
    let body = match body {
        None => quote!(None),
        Some(Body {
            media_types,
            required,
            open,
            ..
        }) => quote! {
            Some(BodyInfo { media_types: &[#(#media_types),*], required: #required, fields: #fields, open: #open })
        },
    };
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
            summary: #summary,
            description: #description,
            parameters: &[#(#parameters),*],
            body: #body,
            statuses: &[#(#statuses),*],
        }
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter {
        name,
        required,
        values,
        slashes,
        description,
        ..
    } = parameter;
    let place = match parameter.place.as_str() {
        "path" => quote!(Place::Path),
        "header" => quote!(Place::Header),
        "body" => quote!(Place::Body),
        _ => quote!(Place::Query),
    };
    let kind = match parameter.kind.as_str() {
        "string" => quote!(Kind::Text),
        "integer" => quote!(Kind::Integer),
        "number" => quote!(Kind::Number),
        "boolean" => quote!(Kind::Boolean),
        "array" => quote!(Kind::List),
        "object" => quote!(Kind::Object),
        _ => quote!(Kind::Any),
    };
    quote! {
        ParameterInfo {
            name: #name,
            place: #place,
            kind: #kind,
            required: #required,
            values: &[#(#values),*],
            slashes: #slashes,
            description: #description,
        }
    }
}

fn optional(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
