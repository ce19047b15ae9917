//! What is found to differ.

use super::{World, content, world};
use crate::zone::sync::{Action, Compare, Direction, Step, sides};

async fn steps(
    world: &World,
    direction: Direction,
    compare: Compare,
    delete: bool,
) -> Vec<(Action, String)> {
    let mut steps: Vec<Step> = sides(&world.backend, world.path("data"), "in", false)
        .await
        .unwrap()
        .steps(&world.backend, direction, compare, delete)
        .await
        .unwrap();
    steps.sort_by(|one, two| one.key.cmp(&two.key));
    steps
        .into_iter()
        .map(|step| (step.action, step.key))
        .collect()
}

#[tokio::test]
async fn what_differs_is_found_in_both_directions() {
    let world = world();
    for (name, size) in [("same", 10), ("longer", 10), ("only-here", 5)] {
        world.file(&format!("data/{name}"), &content(size));
    }
    world.put(&world.path("data"), "in").await.unwrap();
    world.file("data/longer", &content(11));
    world.file("data/new", b"n");
    std::fs::remove_file(world.path("data/only-here")).unwrap();
    let named = |steps: &[(Action, &str)]| -> Vec<(Action, String)> {
        steps
            .iter()
            .map(|(action, name)| (*action, format!("in/{name}")))
            .collect()
    };
    let up = steps(&world, Direction::Up, Compare::Size, true).await;
    assert_eq!(
        up,
        named(&[
            (Action::Replace, "longer"),
            (Action::Add, "new"),
            (Action::Delete, "only-here"),
            (Action::Keep, "same"),
        ])
    );
    let down = steps(&world, Direction::Down, Compare::Size, false).await;
    assert_eq!(
        down,
        named(&[
            (Action::Replace, "longer"),
            (Action::Add, "only-here"),
            (Action::Keep, "same"),
        ])
    );
}

#[tokio::test]
async fn contents_of_one_size_are_told_apart_by_their_checksum() {
    let world = world();
    world.file("data/a", b"12345");
    world.file("data/b", b"12345");
    world.put(&world.path("data"), "in").await.unwrap();
    world.file("data/b", b"54321");
    let found = steps(&world, Direction::Up, Compare::Checksum, false).await;
    assert_eq!(
        found,
        [
            (Action::Keep, "in/a".into()),
            (Action::Replace, "in/b".into())
        ]
    );
    let by_size = steps(&world, Direction::Up, Compare::Size, false).await;
    assert!(by_size.iter().all(|(action, _)| *action == Action::Keep));
}
