//! For tests of what is read and written: of each operation, its types as functions from JSON to JSON.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, GenericArgument, ImplItemFn, Pat, PathArguments, ReturnType, Type};

use crate::codegen::table::Entry;

/// `pub const ROUNDTRIPS`: operation, `answer` or `body`, and the function.
pub(super) fn table(methods: &[(ImplItemFn, &Entry)]) -> TokenStream {
    let mut rows = Vec::new();
    for (method, entry) in methods {
        let id = &entry.id;
        if let Some(ty) = answer(method) {
            rows.push(quote!((#id, "answer", crate::roundtrip::answer::<#ty>)));
        }
        if let Some(ty) = body(method) {
            rows.push(quote!((#id, "body", crate::roundtrip::body::<#ty>)));
        }
    }
    quote! {
        use super::types;
        use crate::roundtrip::Roundtrip;

        #[doc = " The JSON of each operation, read and written again."]
        pub const ROUNDTRIPS: &[(&str, &str, Roundtrip)] = &[#(#rows),*];
    }
}

/// `T` of `Result<ResponseValue<T>, _>`, where that is JSON.
fn answer(method: &ImplItemFn) -> Option<Type> {
    let ReturnType::Type(_, ty) = &method.sig.output else {
        return None;
    };
    let ty = argument(&argument(ty)?)?;
    let text = ty.to_token_stream().to_string().replace(' ', "");
    (text != "()" && text != "aep_core::Response").then_some(ty)
}

fn argument(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(given) = &path.path.segments.last()?.arguments else {
        return None;
    };
    given.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

fn body(method: &ImplItemFn) -> Option<Type> {
    method.sig.inputs.iter().find_map(|arg| match arg {
        FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(name) if name.ident == "body") => {
            match &*typed.ty {
                Type::Reference(reference) => Some((*reference.elem).clone()),
                _ => None,
            }
        }
        _ => None,
    })
}
