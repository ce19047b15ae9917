//! Mends the generated types: how they are documented, and how they are read.

use quote::{ToTokens, quote};
use syn::{Attribute, Field, Fields, Item, ItemStruct, Meta, parse_quote};

/// The types without schema dumps in their docs, and reading what services really send.
pub(super) fn mend(items: Vec<Item>) -> Vec<Item> {
    items.into_iter().map(mend_item).collect()
}

fn mend_item(mut item: Item) -> Item {
    match &mut item {
        Item::Struct(item) => {
            shorten(&mut item.attrs);
            mend_struct(item);
        }
        Item::Enum(item) => shorten(&mut item.attrs),
        _ => {}
    }
    item
}

/// Drops the JSON schema that typify prints into the docs of a type: a fifth of all lines elsewhere.
fn shorten(attrs: &mut [Attribute]) {
    for attr in attrs {
        let Some(text) = doc(attr) else { continue };
        let kept = text
            .split("<details>")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        let kept = format!(" {kept}");
        *attr = parse_quote!(#[doc = #kept]);
    }
}

fn doc(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn mend_struct(item: &mut ItemStruct) {
    let Fields::Named(fields) = &mut item.fields else {
        return;
    };
    let mut defaults = true;
    for field in &mut fields.named {
        shorten(&mut field.attrs);
        let kind = Kind::of(field);
        defaults &= kind != Kind::Other || is_optional(field);
        let reader = match kind {
            Kind::Scalar => "crate::lenient::scalar",
            Kind::Scalars => "crate::lenient::scalars",
            Kind::Container => "crate::lenient::container",
            Kind::Rest | Kind::Other => continue,
        };
        field
            .attrs
            .push(parse_quote!(#[serde(default, deserialize_with = #reader)]));
        merge_serde(field);
    }
    if defaults {
        for attr in &mut item.attrs {
            if attr.path().is_ident("derive")
                && let Meta::List(list) = &mut attr.meta
            {
                let derives = &list.tokens;
                list.tokens = quote!(#derives, Default);
            }
        }
    }
}

/// What a field holds, as far as reading it is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An optional string, number or boolean.
    Scalar,
    /// A list of strings, numbers or booleans.
    Scalars,
    /// Any other list, or a map.
    Container,
    /// The map of unknown fields.
    Rest,
    /// A required field, a struct, any value.
    Other,
}

impl Kind {
    fn of(field: &Field) -> Self {
        let text = field.ty.to_token_stream().to_string().replace(' ', "");
        let scalar =
            |text: &str| ["::std::string::String", "i64", "i32", "f64", "bool"].contains(&text);
        let within = |outer: &str| {
            text.strip_prefix(outer)
                .and_then(|rest| rest.strip_prefix('<')?.strip_suffix('>'))
        };
        if field.ident.as_ref().is_some_and(|ident| ident == "extra") {
            return Self::Rest;
        }
        if within("::std::option::Option").is_some_and(scalar) {
            return Self::Scalar;
        }
        // a required list has no default, and is only ever sent
        if !has_default(field) {
            return Self::Other;
        }
        match within("::std::vec::Vec") {
            Some(element) if scalar(element) => Self::Scalars,
            Some(_) => Self::Container,
            None if text.starts_with("crate::Keyed") || text.starts_with("::serde_json::Map") => {
                Self::Container
            }
            None => Self::Other,
        }
    }
}

fn has_default(field: &Field) -> bool {
    field.attrs.iter().any(|attr| {
        attr.path().is_ident("serde") && attr.to_token_stream().to_string().contains("default")
    })
}

fn is_optional(field: &Field) -> bool {
    field
        .ty
        .to_token_stream()
        .to_string()
        .replace(' ', "")
        .starts_with("::std::option::Option<")
}

fn key(meta: &Meta) -> String {
    meta.path().to_token_stream().to_string()
}

/// One `#[serde(..)]` instead of two, each key once.
fn merge_serde(field: &mut Field) {
    let mut metas: Vec<Meta> = Vec::new();
    field.attrs.retain(|attr| {
        let serde = attr.path().is_ident("serde");
        if serde
            && let Ok(list) = attr.parse_args_with(
                syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated,
            )
        {
            for meta in list {
                if !metas.iter().any(|known| key(known) == key(&meta)) {
                    metas.push(meta);
                }
            }
        }
        !serde
    });
    field.attrs.push(parse_quote!(#[serde(#(#metas),*)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(item: &ItemStruct) -> String {
        let file = syn::File {
            shebang: None,
            attrs: Vec::new(),
            items: mend(vec![item.clone().into()]),
        };
        prettyplease::unparse(&file)
    }

    #[test]
    fn optional_scalars_are_read_leniently_and_schemas_leave_the_docs() {
        let before = parse_quote! {
            #[doc = "A file.\n\n<details><summary>JSON schema</summary>\n\n{}\n</details>"]
            #[derive(Clone, Debug)]
            pub struct File {
                #[serde(rename = "sizeInBytes", skip_serializing_if = "::std::option::Option::is_none")]
                pub size: ::std::option::Option<i64>,
                #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
                pub rows: ::std::vec::Vec<::std::string::String>,
                #[serde(default, skip_serializing_if = "crate :: Keyed::is_empty")]
                pub tags: crate::Keyed<::std::string::String, ::std::vec::Vec<::std::string::String>>,
                #[serde(flatten)]
                pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
        };
        let expected = r#"/// A file.
#[derive(Clone, Debug, Default)]
pub struct File {
    #[serde(
        rename = "sizeInBytes",
        skip_serializing_if = "::std::option::Option::is_none",
        default,
        deserialize_with = "crate::lenient::scalar"
    )]
    pub size: ::std::option::Option<i64>,
    #[serde(
        default,
        skip_serializing_if = "::std::vec::Vec::is_empty",
        deserialize_with = "crate::lenient::scalars"
    )]
    pub rows: ::std::vec::Vec<::std::string::String>,
    #[serde(
        default,
        skip_serializing_if = "crate :: Keyed::is_empty",
        deserialize_with = "crate::lenient::container"
    )]
    pub tags: crate::Keyed<
        ::std::string::String,
        ::std::vec::Vec<::std::string::String>,
    >,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
"#;
        assert_eq!(mended(&before), expected);
    }

    #[test]
    fn a_struct_with_a_required_field_has_no_default() {
        let before = parse_quote! {
            #[derive(Clone, Debug)]
            pub struct NewBatch {
                pub name: ::std::string::String,
                #[serde(flatten)]
                pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
        };
        assert!(!mended(&before).contains("Default"));
    }
}
