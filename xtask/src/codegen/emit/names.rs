//! Names of types without a word said twice: `Items` of `FlowList` are each a `FlowListItem`, not a `FlowListItemsItem`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::Item;

/// The names of `types` that stammer, with better ones that nobody has.
pub(super) fn better(types: &[Item]) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    for item in types {
        match item {
            Item::Struct(item) => {
                taken.insert(item.ident.to_string());
            }
            Item::Enum(item) => {
                taken.insert(item.ident.to_string());
                // a variant is named after what is sent
                taken.extend(
                    item.variants
                        .iter()
                        .map(|variant| variant.ident.to_string()),
                );
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for item in types {
        let name = match item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            _ => continue,
        };
        let shorter = once(&name);
        if shorter != name && taken.insert(shorter.clone()) {
            found.insert(name, shorter);
        }
    }
    found
}

/// `name` with each word once where it stands twice in a row, in the singular if one of the two is.
fn once(name: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in split(name) {
        match words.last() {
            Some(last) if *last == word || last.strip_suffix('s') == Some(word) => {
                words.pop();
                words.push(word);
            }
            Some(last) if word.strip_suffix('s') == Some(*last) => {}
            _ => words.push(word),
        }
    }
    words.concat()
}

/// The words of a name in camel case.
fn split(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut lower = false;
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && lower {
            words.push(&name[start..at]);
            start = at;
        }
        lower = !c.is_uppercase();
    }
    words.push(&name[start..]);
    words
}

/// `tokens` with the better names.
pub(super) fn rename(tokens: TokenStream, names: &BTreeMap<String, String>) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) => match names.get(&ident.to_string()) {
                Some(name) => TokenTree::Ident(Ident::new(name, ident.span())),
                None => TokenTree::Ident(ident),
            },
            TokenTree::Group(group) => {
                let inner = rename(group.stream(), names);
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn a_word_is_said_once_unless_the_name_is_taken() {
        let types: Vec<Item> = vec![
            parse_quote!(
                struct FlowsItemsItem {}
            ),
            parse_quote!(
                struct FormatFormat {}
            ),
            parse_quote!(
                struct Format {}
            ),
            parse_quote!(
                enum ListJobsJobStatus {
                    JobsJob,
                    Job,
                }
            ),
            parse_quote!(
                struct JobsJob {}
            ),
        ];
        let names = better(&types);
        let shown: Vec<_> = names
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("FlowsItemsItem", "FlowsItem"),
                ("ListJobsJobStatus", "ListJobStatus")
            ]
        );
        let tokens = rename(quote!(Vec<types::FlowsItemsItem>), &names);
        assert_eq!(
            tokens.to_string(),
            quote!(Vec<types::FlowsItem>).to_string()
        );
    }
}
