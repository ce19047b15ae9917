//! Mends a generated method: what it takes, what it does with path and body, what it says.
//!
//! - Optional parameters move into a struct with a default, because a list of batches has 26 of them.
//! - A path segment is refused if it is empty, `.` or `..`, which progenitor would let out of its path.
//! - A body of bytes is an `aep_core::Body`, which can be opened again for a retry.
//! - The body of an answer is read where an error can still say which operation it belongs to.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ExprMacro, FnArg, ImplItemFn, Item, Pat, Token, Type, parse_quote};

use crate::codegen::table::Entry;
use crate::error::{Context, Error, Result};

/// The method as it is committed, and the struct of its optional parameters if it has any.
pub(super) fn mend(mut method: ImplItemFn, entry: &Entry) -> Result<(ImplItemFn, Option<Item>)> {
    let streams = method.sig.generics.type_params().next().is_some();
    let options = take_options(&mut method, entry)?;
    let mut rewrite = Rewrite {
        entry,
        streams,
        segments: 0,
        bodies: 0,
        failed: None,
    };
    rewrite.visit_impl_item_fn_mut(&mut method);
    if let Some(error) = rewrite.failed {
        return Err(error);
    }
    let wanted = entry.path.matches('{').count();
    if rewrite.segments != wanted {
        let found = rewrite.segments;
        return Err(Error::new(format!(
            "{found} path parameters found in the code, {wanted} in the path"
        )));
    }
    if streams {
        if rewrite.bodies != 2 {
            return Err(Error::new("the body is not sent in the way that is known"));
        }
        stream_signature(&mut method);
    }
    method.attrs = docs(&method, entry, options.is_some());
    Ok((method, options))
}

/// Takes the optional arguments out of the signature and into a struct.
fn take_options(method: &mut ImplItemFn, entry: &Entry) -> Result<Option<Item>> {
    let mut fields = Vec::new();
    let mut kept: Punctuated<FnArg, Token![,]> = Punctuated::new();
    let mut at = 0;
    for arg in std::mem::take(&mut method.sig.inputs) {
        match &arg {
            FnArg::Typed(typed) if is_option(&typed.ty) => {
                let Pat::Ident(name) = &*typed.pat else {
                    return Err(Error::new("an argument has no name"));
                };
                fields.push((name.ident.clone(), (*typed.ty).clone()));
            }
            FnArg::Typed(typed) => {
                // the body stays last, behind the options
                if !matches!(&*typed.pat, Pat::Ident(name) if name.ident == "body") {
                    at = kept.len() + 1;
                }
                kept.push(arg);
            }
            FnArg::Receiver(_) => {
                at = kept.len() + 1;
                kept.push(arg);
            }
        }
    }
    method.sig.inputs = kept;
    if fields.is_empty() {
        return Ok(None);
    }
    let name = format_ident!("{}Options", heck::AsUpperCamelCase(&entry.id).to_string());
    let borrowed = fields
        .iter()
        .any(|(_, ty)| ty.to_token_stream().to_string().contains("'a"));
    let lifetime = borrowed.then(|| quote!(<'a>));
    method
        .sig
        .inputs
        .insert(at, parse_quote!(options: #name #lifetime));
    let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
    method
        .block
        .stmts
        .insert(0, parse_quote!(let #name { #(#names),* } = options;));
    let doc = format!(
        " The optional parameters of [`Client::{0}`](super::Client::{0}).",
        entry.function
    );
    let fields = fields.iter().map(|(name, ty)| {
        let parameter = entry
            .parameters
            .iter()
            .find(|parameter| *name == parameter.argument);
        let text = parameter.map_or_else(String::new, |parameter| {
            if parameter.description.is_empty() {
                format!(" `{}`", parameter.name)
            } else {
                format!(" `{}`: {}", parameter.name, parameter.description)
            }
        });
        quote!(#[doc = #text] pub #name: #ty)
    });
    Ok(Some(parse_quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, Default)]
        pub struct #name #lifetime { #(#fields),* }
    }))
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// `body: B` of any kind becomes a body that can be opened again.
fn stream_signature(method: &mut ImplItemFn) {
    method.sig.generics.params = std::mem::take(&mut method.sig.generics.params)
        .into_iter()
        .filter(|param| !matches!(param, syn::GenericParam::Type(_)))
        .collect();
    for arg in &mut method.sig.inputs {
        if let FnArg::Typed(typed) = arg
            && matches!(&*typed.pat, Pat::Ident(name) if name.ident == "body")
        {
            *typed.ty = parse_quote!(aep_core::Body);
        }
    }
}

struct Rewrite<'a> {
    entry: &'a Entry,
    /// The request body is bytes.
    streams: bool,
    segments: usize,
    /// How many of the two places that handle the body were found.
    bodies: usize,
    failed: Option<Error>,
}

impl VisitMut for Rewrite<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if ty.to_token_stream().to_string() == "ByteStream" {
            *ty = parse_quote!(aep_core::Response);
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let text = expr.to_token_stream().to_string().replace(' ', "");
        match expr {
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                if let Err(error) = self.url(call) {
                    self.failed = Some(error);
                }
            }
            Expr::Await(_) if text == "ResponseValue::from_response(response).await" => {
                *expr = parse_quote!(crate::bridge::decode(response));
            }
            Expr::Call(_) if text == "Ok(ResponseValue::stream(response))" => {
                *expr = parse_quote!(crate::bridge::download(response));
            }
            Expr::MethodCall(call) if self.streams && call.method == "body" => {
                self.bodies += 1;
                *expr = (*call.receiver).clone();
            }
            Expr::Await(_) if self.streams && text == "self.exec(request,&info).await" => {
                self.bodies += 1;
                *expr = parse_quote! {
                    Ok::<_, reqwest::Error>(
                        self.inner.exec_with(request, body, info.operation_id).await
                    )
                };
            }
            _ => {}
        }
    }
}

impl Rewrite<'_> {
    /// Guards the path parameters in `format!("{}/batches/{}", self.baseurl, encode_path(&id.to_string()))`
    /// and drops the mark that kept two operations on one path apart.
    fn url(&mut self, call: &mut ExprMacro) -> Result<()> {
        let args = call
            .mac
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .doing(|| "the URL is not built in the way that is known")?;
        let mut mended: Vec<TokenStream> = Vec::new();
        for arg in args {
            match &arg {
                Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => {
                    let text = text.value();
                    let path = text.split('#').next().unwrap_or_default();
                    mended.push(quote!(#path));
                }
                Expr::Call(encode)
                    if encode.func.to_token_stream().to_string() == "encode_path" =>
                {
                    let value = &encode.args;
                    let argument = value.to_token_stream().to_string().replace(' ', "");
                    let argument = argument
                        .trim_start_matches('&')
                        .trim_end_matches(".to_string()");
                    let parameter = self
                        .entry
                        .parameters
                        .iter()
                        .find(|known| known.argument == argument);
                    let (name, slashes) = parameter.map_or((argument, false), |known| {
                        (known.name.as_str(), known.slashes)
                    });
                    self.segments += 1;
                    mended.push(if slashes {
                        quote!(crate::bridge::path(#name, #value)?)
                    } else {
                        quote!(crate::bridge::segment(#name, #value)?)
                    });
                }
                other => mended.push(other.to_token_stream()),
            }
        }
        call.mac.tokens = quote!(#(#mended),*);
        Ok(())
    }
}

/// The documentation of the method, without progenitor's list of every argument.
fn docs(method: &ImplItemFn, entry: &Entry, options: bool) -> Vec<Attribute> {
    let mut text = String::new();
    let mut paragraph = |line: &str| {
        if !line.is_empty() {
            for line in line.lines() {
                text.push(' ');
                text.push_str(line);
                text.push('\n');
            }
            text.push('\n');
        }
    };
    paragraph(&entry.summary);
    paragraph(&entry.description);
    paragraph(&format!(
        "`{} {}` (`{}`)",
        entry.method, entry.path, entry.id
    ));
    let arguments = method.sig.inputs.iter().filter_map(|arg| match arg {
        FnArg::Typed(typed) => Some(typed.pat.to_token_stream().to_string()),
        FnArg::Receiver(_) => None,
    });
    let known: Vec<String> = arguments
        .filter_map(|name| {
            let parameter = entry
                .parameters
                .iter()
                .find(|parameter| parameter.argument == name)?;
            let text = &parameter.description;
            (!text.is_empty()).then(|| format!("- `{name}`: {text}"))
        })
        .chain(options.then(|| "- `options`: what may be left out".to_owned()))
        .collect();
    paragraph(&known.join("\n"));
    text.trim_end()
        .lines()
        .map(|line| parse_quote!(#[doc = #line]))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::codegen::table::entries;

    fn entry(document: &Value) -> Entry {
        entries(document).unwrap().remove(0)
    }

    fn print(method: ImplItemFn, entry: &Entry) -> (String, String) {
        let (method, options) = mend(method, entry).unwrap();
        let block: Item = parse_quote!(impl Client { #method });
        let print = |items| {
            prettyplease::unparse(&syn::File {
                shebang: None,
                attrs: Vec::new(),
                items,
            })
        };
        (print(vec![block]), print(options.into_iter().collect()))
    }

    #[test]
    fn a_path_parameter_is_guarded_and_a_body_can_be_opened_again() {
        let entry = entry(&json!({"paths": {"/files/{id}#putFileRaw": {"put": {
            "operationId": "putFile",
            "summary": "Puts a file.",
            "parameters": [
                {"name": "id", "in": "path", "x-aep-slashes": true, "description": "its path"},
                {"name": "If-Match", "in": "header", "description": "the version that was read"}
            ]
        }}}}));
        let method = parse_quote! {
            pub async fn put_file<'a, B: Into<reqwest::Body>>(
                &'a self, id: &'a str, if_match: Option<&'a str>, body: B,
            ) -> Result<ResponseValue<ByteStream>, Error<()>> {
                let url = format!("{}/files/{}#putFileRaw", self.baseurl, encode_path(&id.to_string()),);
                let mut request = self.client.put(url).body(body).headers(header_map).build()?;
                let result = self.exec(request, &info).await;
                let response = result?;
                match response.status().as_u16() {
                    200..=299 => Ok(ResponseValue::stream(response)),
                    _ => Err(Error::UnexpectedResponse(response)),
                }
            }
        };
        let (method, options) = print(method, &entry);
        let expected = r#"impl Client {
    /// Puts a file.
    ///
    /// `PUT /files/{id}` (`putFile`)
    ///
    /// - `id`: its path
    /// - `options`: what may be left out
    pub async fn put_file<'a>(
        &'a self,
        id: &'a str,
        options: PutFileOptions<'a>,
        body: aep_core::Body,
    ) -> Result<ResponseValue<aep_core::Response>, Error<()>> {
        let PutFileOptions { if_match } = options;
        let url = format!(
            "{}/files/{}", self.baseurl, crate ::bridge::path("id", & id.to_string()) ?
        );
        let mut request = self.client.put(url).headers(header_map).build()?;
        let result = Ok::<
            _,
            reqwest::Error,
        >(self.inner.exec_with(request, body, info.operation_id).await);
        let response = result?;
        match response.status().as_u16() {
            200..=299 => crate::bridge::download(response),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
"#;
        assert_eq!(method, expected);
        let expected =
            "/// The optional parameters of [`Client::put_file`](super::Client::put_file).
#[derive(Clone, Debug, Default)]
pub struct PutFileOptions<'a> {
    /// `If-Match`: the version that was read
    pub if_match: Option<&'a str>,
}
";
        assert_eq!(options, expected);
    }

    #[test]
    fn a_path_parameter_that_is_not_found_is_an_error() {
        let entry = entry(&json!({"paths": {"/files/{id}": {"get": {"operationId": "getFile"}}}}));
        let method = parse_quote! {
            pub async fn get_file<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {
                let url = format!("{}/files", self.baseurl,);
            }
        };
        let error = mend(method, &entry).err().unwrap();
        assert_eq!(
            error.to_string(),
            "0 path parameters found in the code, 1 in the path"
        );
    }
}
