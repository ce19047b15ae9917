//! Messages to inlets: what is sent, and what is made of the answers.

mod inlet;

use std::num::NonZeroUsize;

use aep_core::{ErrorKind, FlowId, InletId};
use aep_ingest::streaming::{Outcome, Sent};
use aep_ingest::{Ingest, Inlet};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use self::inlet::{Mood, Server};

fn to(server: &Server) -> Inlet {
    Ingest::new(server.client()).inlet(InletId::new("i1").unwrap())
}

/// Messages with these numbers; the server refuses those over 1000.
fn messages(numbers: impl IntoIterator<Item = u32>) -> Vec<Bytes> {
    let text = |n| Bytes::from(format!(r#"{{"n":{n}}}"#));
    numbers.into_iter().map(text).collect()
}

async fn all(inlet: Inlet, messages: Vec<Bytes>) -> (Vec<Sent>, Option<aep_core::Error>) {
    let mut replies = inlet.send_all(stream::iter(messages).map(Ok)).boxed();
    let mut sent = Vec::new();
    loop {
        match replies.try_next().await {
            Ok(Some(one)) => sent.push(one),
            Ok(None) => return (sent, None),
            Err(error) => return (sent, Some(error)),
        }
    }
}

fn accepted(sent: &[Sent]) -> usize {
    let accepted = |sent: &&Sent| matches!(sent.outcome, Outcome::Accepted(_));
    sent.iter().filter(accepted).count()
}

#[tokio::test]
async fn one_message_goes_without_credentials_and_comes_back_with_an_id() {
    let server = Server::start(Mood::Good).await;
    let inlet = to(&server).flow(FlowId::new("f1").unwrap());
    let id = inlet.send(br#"{"n": 1}"#).await.unwrap();
    assert_eq!(id.as_deref(), Some("x:0"));
    let seen = server.seen();
    assert_eq!(seen[0].target, "/collection/i1");
    assert_eq!(seen[0].header("x-adobe-flow-id"), Some("f1"));
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    for header in [
        "authorization",
        "x-api-key",
        "x-gw-ims-org-id",
        "x-sandbox-name",
    ] {
        assert_eq!(seen[0].header(header), None, "{header}");
    }
    assert_eq!(seen[0].body, r#"{"n": 1}"#);

    to(&server).authenticated(true).send(b"{}").await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].header("authorization"), Some("Bearer token"));
    assert_eq!(seen[1].header("x-gw-ims-org-id"), Some("LOCAL@AdobeOrg"));
}

#[tokio::test]
async fn what_is_refused_comes_back_to_be_sent_again() {
    let server = Server::start(Mood::Good).await;
    let mut given = messages([1, 2000, 3]);
    given.push(Bytes::from("[1]"));
    given.push(Bytes::from("{broken"));
    let (sent, error) = all(to(&server), given.clone()).await;
    assert!(error.is_none());
    assert_eq!(
        sent.iter().map(|sent| sent.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        sent.iter()
            .map(|sent| sent.text.clone())
            .collect::<Vec<_>>(),
        given
    );
    assert_eq!(accepted(&sent), 2);
    let statuses: Vec<_> = sent
        .iter()
        .filter_map(|sent| match &sent.outcome {
            Outcome::Refused(refusal) => Some(refusal.status),
            _ => None,
        })
        .collect();
    assert_eq!(statuses, [Some(400), None, None]);
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].target, "/collection/batch/i1");
    let body: Value = serde_json::from_slice(&seen[0].body).unwrap();
    assert_eq!(body, json!({"messages": [{"n": 1}, {"n": 2000}, {"n": 3}]}));
}

#[tokio::test]
async fn requests_keep_to_their_size_and_the_order_is_kept() {
    let server = Server::start(Mood::Good).await;
    let inlet = to(&server)
        .request_bytes(100)
        .concurrency(NonZeroUsize::new(3).unwrap());
    let given = messages(0..500);
    let (sent, error) = all(inlet, given.clone()).await;
    assert!(error.is_none());
    assert_eq!(accepted(&sent), 500);
    assert_eq!(
        sent.into_iter().map(|sent| sent.text).collect::<Vec<_>>(),
        given
    );
    let seen = server.seen();
    assert!(seen.iter().all(|request| request.body.len() <= 100));
    // what was sent is what was given, and a request is filled before the next is begun
    let full = seen
        .iter()
        .filter(|request| request.body.len() > 80)
        .count();
    assert!(full + 2 >= seen.len(), "{full} of {}", seen.len());
}

#[tokio::test]
async fn a_message_over_the_limit_is_not_sent() {
    let server = Server::start(Mood::Good).await;
    let long = Bytes::from(format!(r#"{{"text":"{}"}}"#, "x".repeat(1_000_000)));
    let (sent, error) = all(to(&server), vec![long.clone(), Bytes::from("{}")]).await;
    assert!(error.is_none());
    assert!(matches!(&sent[0].outcome, Outcome::Refused(refusal) if refusal.status.is_none()));
    assert_eq!(sent[0].text, long);
    assert_eq!(accepted(&sent), 1);
    let error = to(&server).send(&long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_request_that_is_too_large_for_the_server_is_sent_in_halves() {
    let server = Server::start(Mood::AtMost(3)).await;
    let (sent, error) = all(to(&server), messages(0..10)).await;
    assert!(error.is_none());
    assert_eq!(accepted(&sent), 10);
}

#[tokio::test]
async fn an_answer_that_says_nothing_of_a_message_confirms_nothing() {
    let server = Server::start(Mood::Silent).await;
    let (sent, error) = all(to(&server), messages([1, 2])).await;
    assert!(error.is_none());
    assert!(sent.iter().all(|sent| sent.outcome == Outcome::Unconfirmed));
    let error = to(&server).send(b"{}").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn sync_validation_sends_one_message_at_a_time() {
    let server = Server::start(Mood::Good).await;
    let (sent, error) = all(to(&server).sync_validation(true), messages([1, 2000])).await;
    assert!(error.is_none());
    assert!(matches!(sent[0].outcome, Outcome::Accepted(_)));
    let Outcome::Refused(refusal) = &sent[1].outcome else {
        panic!("{:?}", sent[1]);
    };
    assert_eq!(refusal.status, Some(400));
    assert!(
        refusal.message.contains("Message is invalid"),
        "{}",
        refusal.message
    );
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/collection/i1?syncValidation=true"; 2]);
}

#[tokio::test]
async fn an_inlet_that_is_not_there_stops_the_reading() {
    let server = Server::start(Mood::Missing).await;
    let inlet = to(&server).request_bytes(40).concurrency(NonZeroUsize::MIN);
    let (sent, error) = all(inlet, messages(0..1000)).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::NotFound);
    assert!(!sent.is_empty() && sent.len() < 1000, "{}", sent.len());
    assert!(sent.iter().all(|sent| sent.outcome == Outcome::Unconfirmed));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_unless_that_is_forbidden() {
    let server = Server::start(Mood::BusyOnce).await;
    let (sent, error) = all(to(&server), messages([1])).await;
    assert!(error.is_none());
    assert_eq!(accepted(&sent), 1);
    assert_eq!(server.seen().len(), 2);

    let server = Server::start(Mood::BusyOnce).await;
    let (sent, error) = all(to(&server).at_most_once(true), messages([1])).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::Unavailable);
    assert_eq!(sent[0].outcome, Outcome::Unconfirmed);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn an_entry_that_is_missing_makes_no_other_message_accepted() {
    let server = Server::start(Mood::Short(1)).await;
    let (sent, error) = all(to(&server), messages([1, 2000, 3])).await;
    assert!(error.is_none());
    assert_eq!(accepted(&sent), 2);
    assert_eq!(sent[1].outcome, Outcome::Unconfirmed);
    let server = Server::start(Mood::Short(0)).await;
    let (sent, _) = all(to(&server), messages([1, 2000, 3])).await;
    // the refusal cannot be told apart from one of another message
    assert_eq!(sent[0].outcome, Outcome::Unconfirmed);
    assert_eq!(sent[1].outcome, Outcome::Unconfirmed);
    assert!(matches!(sent[2].outcome, Outcome::Accepted(_)));
}

#[tokio::test]
async fn an_inlet_without_validation_is_not_worth_another_try() {
    let server = Server::start(Mood::Unchecked).await;
    let (sent, error) = all(to(&server).sync_validation(true), messages([1])).await;
    let error = error.unwrap();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Other, Some(501))
    );
    assert!(
        error
            .hint_text()
            .unwrap()
            .contains("without sync validation")
    );
    assert_eq!(sent[0].outcome, Outcome::Unconfirmed);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_source_that_fails_gives_back_what_it_gave() {
    let server = Server::start(Mood::Good).await;
    let broken = aep_core::Error::new(ErrorKind::Io, "read");
    let given = stream::iter([Ok(Bytes::from("{}")), Err(broken)]);
    let mut replies = to(&server).send_all(given).boxed();
    let first = replies.try_next().await.unwrap().unwrap();
    assert!(matches!(first.outcome, Outcome::Accepted(_)));
    assert_eq!(replies.try_next().await.unwrap_err().kind(), ErrorKind::Io);
}

#[tokio::test]
async fn a_dry_run_writes_down_every_request() {
    let server = Server::start(Mood::Good).await;
    let (client, recorder) = server.client().recording();
    let inlet = Ingest::new(client).inlet(InletId::new("i1").unwrap());
    let (sent, error) = all(inlet.request_bytes(40), messages(0..20)).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::Cancelled);
    assert_eq!(sent.len(), 20);
    assert!(recorder.requests().len() > 4);
    assert!(server.seen().is_empty());
}
