//! Certificates: bad ones are refused before anything is sent, a private authority is accepted when it is named.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aep_core::{Credentials, ErrorKind, Settings};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::server::{Reply, Seen, serve};
use crate::{client_of, get};

/// The planted secret: it must never get to a server with a bad certificate.
const SECRET: &str = "p8e-must-not-leave";

struct Tls {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    received: Arc<AtomicUsize>,
}

/// An authority that is not in the system's store.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn sign(&self, params: &CertificateParams) -> (Vec<u8>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().to_vec(), key)
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let mut params = CertificateParams::new(
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
    .unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

async fn start(certificate: (Vec<u8>, KeyPair)) -> Tls {
    start_with(certificate, &[]).await
}

async fn start_with((certificate, key): (Vec<u8>, KeyPair), alpn: &[&str]) -> Tls {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], key)
        .unwrap();
    let mut config = config;
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let received = Arc::new(AtomicUsize::new(0));
    let (log, count) = (Arc::clone(&seen), Arc::clone(&received));
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
            tokio::spawn(async move {
                if let Ok(socket) = acceptor.accept(socket).await {
                    let script = |seen: &Seen, _| match seen.target.as_str() {
                        "/ims/token/v3" => Reply::token("token", 86_399),
                        _ => Reply::status(200),
                    };
                    serve(socket, Arc::new(script), log).await;
                }
            });
        }
    });
    Tls {
        addr,
        seen,
        received,
    }
}

fn settings(server: &Tls, host: &str, ca: Option<&tempfile::NamedTempFile>) -> Settings {
    let url = format!("https://{host}:{}", server.addr.port())
        .parse()
        .unwrap();
    let mut settings = Settings::local(url);
    settings.credentials = Credentials::ClientSecret {
        secret: SECRET.to_owned().into(),
        scopes: vec!["openid".to_owned()],
    };
    settings.ca_file = ca.map(|file| file.path().to_owned());
    settings
}

fn file(pem: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    file
}

#[tokio::test]
async fn a_named_authority_is_accepted() {
    let authority = Authority::new();
    let server = start(authority.sign(&params(&["localhost"]))).await;
    let ca = file(&authority.pem());
    let client = client_of(settings(&server, "localhost", Some(&ca)));
    client.send(get(&client)).await.unwrap();
    assert_eq!(server.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_large_body_goes_over_http_1() {
    let authority = Authority::new();
    // It prefers HTTP/2 and speaks only HTTP/1.1, so a client that agrees to the first gets nowhere.
    let server = start_with(authority.sign(&params(&["localhost"])), &["h2", "http/1.1"]).await;
    let ca = file(&authority.pem());
    let mut settings = settings(&server, "localhost", Some(&ca));
    settings.credentials = Credentials::Token(SECRET.to_owned().into());
    settings.retries = 0;
    let client = client_of(settings);
    let put = |length| {
        aep_core::Request::new(
            crate::READ,
            http::Method::PUT,
            client.url(&["file"]).unwrap(),
        )
        .body(vec![0; length].into())
    };
    client.send(put(1024 * 1024)).await.unwrap();
    assert!(client.send(put(1)).await.is_err());
}

#[tokio::test]
async fn bad_certificates_are_refused_before_a_secret_is_sent() {
    let authority = Authority::new();
    let other = Authority::new();
    let ca = file(&authority.pem());
    let self_signed = {
        let key = KeyPair::generate().unwrap();
        (
            params(&["localhost"])
                .self_signed(&key)
                .unwrap()
                .der()
                .to_vec(),
            key,
        )
    };
    let dated = |from, until| {
        let mut params = params(&["localhost"]);
        (params.not_before, params.not_after) = (from, until);
        params
    };
    let past = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    let future = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
    let mut for_clients = params(&["localhost"]);
    for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let mut damaged = authority.sign(&params(&["localhost"]));
    let last = damaged.0.len() - 1;
    damaged.0[last] ^= 1;

    let cases = [
        ("self-signed", self_signed, "localhost", Some(&ca)),
        (
            "of an unknown authority",
            authority.sign(&params(&["localhost"])),
            "localhost",
            None,
        ),
        (
            "of another authority",
            other.sign(&params(&["localhost"])),
            "localhost",
            Some(&ca),
        ),
        (
            "for another host",
            authority.sign(&params(&["platform.adobe.io"])),
            "localhost",
            Some(&ca),
        ),
        (
            "for a part of the host",
            authority.sign(&params(&["host"])),
            "localhost",
            Some(&ca),
        ),
        (
            "for a name, not the address",
            authority.sign(&params(&["localhost"])),
            "127.0.0.1",
            Some(&ca),
        ),
        (
            "expired",
            authority.sign(&dated(past.0, past.1)),
            "localhost",
            Some(&ca),
        ),
        (
            "not valid yet",
            authority.sign(&dated(future.0, future.1)),
            "localhost",
            Some(&ca),
        ),
        (
            "for clients",
            authority.sign(&for_clients),
            "localhost",
            Some(&ca),
        ),
        ("with a damaged signature", damaged, "localhost", Some(&ca)),
    ];
    for (name, certificate, host, ca) in cases {
        let server = start(certificate).await;
        let client = client_of(settings(&server, host, ca));
        let error = client.send(get(&client)).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Config,
            "{name}: {}",
            error.report()
        );
        assert!(!error.is_retryable(), "{name}");
        assert!(
            error
                .report()
                .to_string()
                .contains("certificate is not trusted"),
            "{name}: {}",
            error.report()
        );
        assert!(
            server.seen.lock().unwrap().is_empty(),
            "{name}: the server saw a request"
        );
        assert_eq!(
            server.received.load(Ordering::SeqCst),
            1,
            "{name}: it was tried again"
        );
    }
}

#[tokio::test]
async fn a_file_without_certificates_is_refused() {
    let authority = Authority::new();
    let server = start(authority.sign(&params(&["localhost"]))).await;
    for content in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
    ] {
        let ca = file(content);
        let result = aep_core::Client::new(settings(&server, "localhost", Some(&ca)));
        let Err(error) = result else {
            let client = result.unwrap();
            assert!(client.send(get(&client)).await.is_err(), "{content:?}");
            continue;
        };
        assert_eq!(error.kind(), ErrorKind::Config, "{content:?}");
    }
    let mut missing = settings(&server, "localhost", None);
    missing.ca_file = Some("/nowhere/ca.pem".into());
    assert_eq!(
        aep_core::Client::new(missing).unwrap_err().kind(),
        ErrorKind::Config
    );
}
