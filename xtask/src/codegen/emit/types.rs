//! Mends the generated types: how they are documented, and how they are read.
//!
//! What an answer is made of reads itself field by field through `crate::lenient`, so that a field that is wrong costs that
//! field and not the answer. That is less to compile than what serde derives, too: with a map of unknown fields in it,
//! a derived reader first stores every field and then tries them. What is only sent keeps the reader that serde
//! derives, and stays strict.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Field, Fields, Item, ItemStruct, Meta, Type, parse_quote};

use crate::error::{Error, Result};

/// The types without schema dumps in their docs, and reading what services really send.
///
/// `answers` are the types that the methods return.
pub(super) fn mend(items: Vec<Item>, answers: &[Type]) -> Result<Vec<Item>> {
    let read = reachable(&items, answers);
    let mut mended = Vec::new();
    for mut item in items {
        match &mut item {
            Item::Struct(item) => {
                shorten(&mut item.attrs);
                if let Fields::Named(fields) = &mut item.fields {
                    for field in &mut fields.named {
                        shorten(&mut field.attrs);
                    }
                }
                defaults(item);
                let read = read.contains(&item.ident.to_string());
                let reader = if read { Some(reader(item)?) } else { None };
                mended.push(Item::Struct(item.clone()));
                mended.extend(reader.into_iter().flatten());
                continue;
            }
            Item::Enum(item) => {
                shorten(&mut item.attrs);
                if read.contains(&item.ident.to_string()) {
                    let name = &item.ident;
                    return Err(Error::new(format!(
                        "{name}: an answer holds an enum, which cannot be open"
                    )));
                }
            }
            _ => {}
        }
        mended.push(item);
    }
    Ok(mended)
}

/// The names of the types that `answers` are made of.
fn reachable(items: &[Item], answers: &[Type]) -> BTreeSet<String> {
    let names_in = |types: &mut dyn Iterator<Item = &Type>| {
        let mut names = BTreeSet::new();
        types.for_each(|ty| idents(ty.to_token_stream(), &mut names));
        names
    };
    let mut below = BTreeMap::new();
    for item in items {
        match item {
            Item::Struct(item) => {
                let names = names_in(&mut item.fields.iter().map(|field| &field.ty));
                below.insert(item.ident.to_string(), names);
            }
            Item::Enum(item) => {
                below.insert(item.ident.to_string(), BTreeSet::new());
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    let mut next: Vec<String> = names_in(&mut answers.iter()).into_iter().collect();
    while let Some(name) = next.pop() {
        if let Some(names) = below.get(&name)
            && found.insert(name)
        {
            next.extend(names.iter().cloned());
        }
    }
    found
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

fn idents(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => idents(group.stream(), found),
            _ => {}
        }
    }
}

/// Derives `Default` where every field has one.
fn defaults(item: &mut ItemStruct) {
    let all = item.fields.iter().all(|field| {
        let text = field.ty.to_token_stream().to_string().replace(' ', "");
        let optional = text.starts_with("::std::option::Option<");
        let container = ["::std::vec::Vec<", "crate::Keyed<", "::serde_json::Map<"];
        optional
            || is_flat(field)
            || (has_default(field) && container.iter().any(|kind| text.starts_with(kind)))
    });
    if all {
        derives(item, |derives| derives.push(parse_quote!(Default)));
    }
}

/// Takes the derived reader away, and gives one of ours back.
fn reader(item: &mut ItemStruct) -> Result<[Item; 2]> {
    derives(item, |derives| {
        derives.retain(|path| {
            path.segments
                .last()
                .is_none_or(|last| last.ident != "Deserialize")
        });
    });
    let name = item.ident.clone();
    let Fields::Named(fields) = &mut item.fields else {
        return Err(Error::new(format!(
            "{name}: an answer holds a struct without names"
        )));
    };
    let mut takes = Vec::new();
    for field in &mut fields.named {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        if is_flat(field) {
            takes.push(quote!(#ident: fields.rest()));
            continue;
        }
        let wire =
            renamed(field).unwrap_or_else(|| ident.to_string().trim_start_matches("r#").to_owned());
        takes.push(quote!(#ident: fields.take(#wire)));
        // only the writer is derived
        keep_serde(field, |key| {
            ["rename", "skip_serializing_if"].contains(&key)
        });
    }
    Ok([
        parse_quote! {
            impl crate::lenient::Read for #name {
                fn check(value: &::serde_json::Value) -> Result<(), crate::lenient::Misfit> {
                    crate::lenient::Fields::check(value)
                }
                fn read(value: ::serde_json::Value) -> Option<Self> {
                    let mut fields = crate::lenient::Fields::of(value)?;
                    Some(Self { #(#takes),* })
                }
            }
        },
        parse_quote! {
            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    crate::lenient::deserialize(deserializer)
                }
            }
        },
    ])
}

type Paths = syn::punctuated::Punctuated<syn::Path, syn::Token![,]>;

fn derives(item: &mut ItemStruct, change: impl Fn(&mut Vec<syn::Path>)) {
    for attr in &mut item.attrs {
        if attr.path().is_ident("derive")
            && let Ok(paths) = attr.parse_args_with(Paths::parse_terminated)
        {
            let mut paths: Vec<_> = paths.into_iter().collect();
            change(&mut paths);
            *attr = parse_quote!(#[derive(#(#paths),*)]);
        }
    }
}

fn metas(field: &Field) -> Vec<Meta> {
    type Metas = syn::punctuated::Punctuated<Meta, syn::Token![,]>;
    field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .filter_map(|attr| attr.parse_args_with(Metas::parse_terminated).ok())
        .flatten()
        .collect()
}

fn key(meta: &Meta) -> String {
    meta.path().to_token_stream().to_string()
}

fn is_flat(field: &Field) -> bool {
    metas(field).iter().any(|meta| key(meta) == "flatten")
}

fn has_default(field: &Field) -> bool {
    metas(field).iter().any(|meta| key(meta) == "default")
}

/// What the field is called on the wire, if that is not what it is called here.
fn renamed(field: &Field) -> Option<String> {
    metas(field).iter().find_map(|meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident("rename") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// Leaves only some of what serde is told about a field.
fn keep_serde(field: &mut Field, keep: impl Fn(&str) -> bool) {
    let kept: Vec<_> = metas(field)
        .into_iter()
        .filter(|meta| keep(&key(meta)))
        .collect();
    field.attrs.retain(|attr| !attr.path().is_ident("serde"));
    if !kept.is_empty() {
        field.attrs.push(parse_quote!(#[serde(#(#kept),*)]));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn mended(item: &ItemStruct, answers: &[Type]) -> String {
        let file = syn::File {
            shebang: None,
            attrs: Vec::new(),
            items: mend(vec![item.clone().into()], answers).unwrap(),
        };
        prettyplease::unparse(&file)
    }

    fn file() -> ItemStruct {
        parse_quote! {
            #[doc = "A file.\n\n<details><summary>JSON schema</summary>\n\n{}\n</details>"]
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
            pub struct File {
                #[serde(rename = "sizeInBytes", default, skip_serializing_if = "::std::option::Option::is_none")]
                pub size: ::std::option::Option<i64>,
                #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
                pub rows: ::std::vec::Vec<::std::string::String>,
                #[serde(flatten)]
                pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
        }
    }

    #[test]
    fn what_is_read_reads_itself_field_by_field_and_schemas_leave_the_docs() {
        let expected = r#"/// A file.
#[derive(::serde::Serialize, Clone, Debug, Default)]
pub struct File {
    #[serde(
        rename = "sizeInBytes",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub size: ::std::option::Option<i64>,
    #[serde(skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub rows: ::std::vec::Vec<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
}
impl crate::lenient::Read for File {
    fn check(value: &::serde_json::Value) -> Result<(), crate::lenient::Misfit> {
        crate::lenient::Fields::check(value)
    }
    fn read(value: ::serde_json::Value) -> Option<Self> {
        let mut fields = crate::lenient::Fields::of(value)?;
        Some(Self {
            size: fields.take("sizeInBytes"),
            rows: fields.take("rows"),
            extra: fields.rest(),
        })
    }
}
impl<'de> ::serde::Deserialize<'de> for File {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        crate::lenient::deserialize(deserializer)
    }
}
"#;
        assert_eq!(mended(&file(), &[parse_quote!(Vec<types::File>)]), expected);
    }

    #[test]
    fn what_is_only_sent_keeps_the_strict_reader() {
        let text = mended(&file(), &[parse_quote!(types::Other)]);
        assert!(text.contains("derive(::serde::Deserialize,"), "{text}");
        assert!(!text.contains("lenient"), "{text}");
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
        assert!(!mended(&before, &[]).contains("Default"));
    }
}
