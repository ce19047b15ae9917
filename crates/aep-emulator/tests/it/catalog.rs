use crate::support::{CATALOG, World};

#[tokio::test]
async fn the_seeded_datasets_are_listed_by_id() {
    let world = World::new().await;
    let id = world.dataset("Loyalty Members").await;
    assert_eq!(id.len(), 24);
    let one = world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200);
    assert_eq!(one[&id]["name"], "Loyalty Members");
    assert_eq!(one[&id]["version"], "1.0.0");
    let missing = world
        .get(&format!("{CATALOG}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F"))
        .await
        .expect(404);
    assert_eq!(missing["title"], "NotFoundError");
}
