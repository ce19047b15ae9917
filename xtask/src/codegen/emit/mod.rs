//! From progenitor's one long file to the files that are committed.

mod methods;
mod names;
mod operations;
mod roundtrip;
mod types;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{File, Ident, ImplItem, Item};

use crate::codegen::table::Entry;
use crate::error::{Context, Error, Result};

/// What is said of source that cannot be parsed.
const NOT_RUST: fn() -> &'static str = || "progenitor wrote something that is not Rust";

/// What an API is called and where it lives.
pub(crate) struct Api<'a> {
    /// `batch-ingestion`
    pub(crate) name: &'a str,
    /// `Batch Ingestion`
    pub(crate) title: &'a str,
    /// What the API is for.
    pub(crate) description: &'a str,
    /// `/data/foundation/import`
    pub(crate) base_path: &'a str,
    /// The address of a host of its own, where the document names one that is not the gateway.
    pub(crate) host: Option<String>,
    /// The command that generates it, and what from.
    pub(crate) origin: String,
    /// Whether the types are offered as functions, for tests.
    pub(crate) roundtrip: bool,
}

/// The generated files by name, in a fixed order.
pub(crate) type Files = Vec<(&'static str, String)>;

/// Splits and mends what progenitor wrote.
pub(crate) fn files(api: &Api<'_>, source: &str, entries: &[Entry]) -> Result<Files> {
    let mut found = Parts::of(source.parse().doing(NOT_RUST)?)?;
    let names = names::better(&found.types);
    if !names.is_empty() {
        found = Parts::of(names::rename(source.parse().doing(NOT_RUST)?, &names))?;
    }
    let known: BTreeMap<&str, &Entry> = entries
        .iter()
        .map(|entry| (entry.function.as_str(), entry))
        .collect();
    let mut methods = Vec::new();
    let mut options = Vec::new();
    for method in found.methods {
        let name = method.sig.ident.to_string();
        let entry = *known
            .get(name.as_str())
            .ok_or_else(|| Error::new(format!("no operation is called {name}, but a method is")))?;
        let (method, option) = methods::mend(method, entry)
            .map_err(|error| Error::new(format!("operation {}: {error}", entry.id)))?;
        methods.push((method, entry));
        options.extend(option);
    }
    if methods.len() != entries.len() {
        let (made, asked) = (methods.len(), entries.len());
        return Err(Error::new(format!(
            "{made} methods were generated for {asked} operations"
        )));
    }
    let roundtrip = api.roundtrip.then(|| roundtrip::table(&methods));
    let methods: Vec<_> = methods.into_iter().map(|(method, _)| method).collect();
    let answers = methods
        .iter()
        .filter_map(|method| match &method.sig.output {
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
            syn::ReturnType::Default => None,
        });
    let types = types::mend(found.types, &answers.collect::<Vec<_>>())?;
    let mut files = vec![
        ("mod.rs", render(api, head(api))?),
        (
            "operations.rs",
            render(api, operations::table(api, entries))?,
        ),
        (
            "options.rs",
            render(api, quote!(use super::types; #(#options)*))?,
        ),
        (
            "ops.rs",
            render(
                api,
                quote! {
                    use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt, ResponseValue};
                    use super::{Client, options::*, types};
                    impl Client { #(#methods)* }
                },
            )?,
        ),
        ("types.rs", render(api, quote!(#(#types)*))?),
    ];
    if let Some(roundtrip) = roundtrip {
        files.push(("roundtrip.rs", render(api, roundtrip)?));
    }
    Ok(files)
}

/// The parts of progenitor's file that are used.
#[derive(Default)]
struct Parts {
    types: Vec<Item>,
    methods: Vec<syn::ImplItemFn>,
}

impl Parts {
    fn of(source: TokenStream) -> Result<Self> {
        let file: File = syn::parse2(source).doing(NOT_RUST)?;
        let mut found = Self::default();
        for item in file.items {
            found.take(item)?;
        }
        Ok(found)
    }

    fn take(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                self.types = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    // `new` builds an HTTP client with a timeout of 15 seconds for everything
                    match item {
                        ImplItem::Fn(method) if method.sig.asyncness.is_some() => {
                            self.methods.push(method);
                        }
                        _ => {}
                    }
                }
            }
            // the frame around them is ours: see `head`
            Item::Use(_) | Item::Struct(_) | Item::Impl(_) | Item::Const(_) | Item::Mod(_) => {}
            other => {
                let kind = quote!(#other).to_string();
                let start: String = kind.chars().take(60).collect();
                return Err(Error::new(format!(
                    "progenitor wrote an item that is not known: {start}"
                )));
            }
        }
        Ok(())
    }
}

/// The client itself: progenitor's struct without the constructors that nobody should use.
fn head(api: &Api<'_>) -> TokenStream {
    let Api {
        name,
        title,
        description,
        base_path,
        host,
        ..
    } = api;
    let mut doc = format!("The {title} API, below `{base_path}`.");
    if base_path.is_empty() {
        doc = format!("The {title} API.");
    }
    if !description.is_empty() {
        doc = format!("{doc}\n\n{description}");
    }
    let client = format!(" A client for the {title} API, made by [`client`].");
    let root = if *name == "ims" {
        Ident::new("identity", proc_macro2::Span::call_site())
    } else {
        Ident::new("gateway", proc_macro2::Span::call_site())
    };
    let elsewhere = host.as_ref().map(|host| {
        quote! {
            #[doc = " The host of this API, which is not that of the gateway."]
            pub const HOST: &str = #host;

            #[doc = " A client as [`client`] makes it, for the API at `host`, such as [`HOST`]."]
            pub fn client_at(core: &aep_core::Client, host: &str) -> Client {
                let inner = Bridge::new(core.clone(), #name, OPERATIONS);
                Client::new_with_client(&address::below(host, BASE_PATH), bridge::builder(), inner)
            }
        }
    });
    let roundtrip = api.roundtrip.then(|| {
        quote! {
            #[cfg(feature = "roundtrip")]
            pub mod roundtrip;
        }
    });
    quote! {
        #![doc = #doc]

        mod operations;
        mod options;
        mod ops;
        #roundtrip
        pub mod types;

        use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};

        use crate::{address, bridge::{self, Bridge}};

        pub use operations::OPERATIONS;
        pub use options::*;

        #[doc = " The path below the host that all operations share."]
        pub const BASE_PATH: &str = #base_path;

        #[doc = #client]
        #[derive(Clone, Debug)]
        pub struct Client {
            baseurl: String,
            client: reqwest::Client,
            inner: Bridge,
        }

        #[doc = " A client that sends through `core`: its credentials, headers, retries and spans."]
        pub fn client(core: &aep_core::Client) -> Client {
            let inner = Bridge::new(core.clone(), #name, OPERATIONS);
            Client::new_with_client(&address::#root(core, BASE_PATH), bridge::builder(), inner)
        }

        #elsewhere

        impl Client {
            #[doc = " A client of requests below `baseurl`; they are only built with `client`, and sent by `inner`."]
            pub(crate) fn new_with_client(baseurl: &str, client: reqwest::Client, inner: Bridge) -> Self {
                Self { baseurl: baseurl.to_string(), client, inner }
            }
        }

        impl ClientInfo<Bridge> for Client {
            fn api_version() -> &'static str { "" }
            fn baseurl(&self) -> &str { self.baseurl.as_str() }
            fn client(&self) -> &reqwest::Client { &self.client }
            fn inner(&self) -> &Bridge { &self.inner }
        }

        impl ClientHooks<Bridge> for Client {
            async fn exec(
                &self,
                request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                Ok(self.inner.exec(request, info.operation_id).await)
            }
        }
    }
}

/// Source text with the line that says where it comes from.
fn render(api: &Api<'_>, tokens: TokenStream) -> Result<String> {
    let file: File = syn::parse2(tokens).doing(|| "the mended code is not Rust")?;
    Ok(format!(
        "// Generated by {}. Do not edit.\n\n{}",
        api.origin,
        prettyplease::unparse(&file)
    ))
}
