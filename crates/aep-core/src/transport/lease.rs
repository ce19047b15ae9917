//! What a request holds while it is under way.

use std::sync::Arc;

use futures::future::BoxFuture;

/// What a request holds while it is under way: a place among those that are sent at once, memory for its body.
///
/// A request that waits to be sent again, or waits longer than a second for its answer, needs neither. It gives them back,
/// so that one request in trouble never stops the others.
pub trait Lease: Send + Sync {
    /// Gives back what is held, if it is held.
    fn release(&self);

    /// Takes it again, unless it is held; the request is not sent again before.
    fn renew(&self) -> BoxFuture<'_, ()>;
}

tokio::task_local! {
    static HELD: Arc<dyn Lease>;
}

/// Does some work whose requests hold this. It is ambient because generated code lies between who holds and who sends.
pub async fn holding<T>(lease: Arc<dyn Lease>, work: impl Future<Output = T>) -> T {
    HELD.scope(lease, work).await
}

/// What the requests of this task hold.
pub(super) fn held() -> Option<Arc<dyn Lease>> {
    HELD.try_with(Arc::clone).ok()
}
