//! The landing zone against the emulator's, which is an S3.

mod azurite;
mod control;
mod data;
mod faults;

use std::path::PathBuf;

use aep_emulator::Emulator;
use aep_flow::zone::PutOptions;
use aep_flow::{LandingZone, ZoneType};
use tempfile::TempDir;

use crate::world::{World, world};

struct Landing {
    world: World,
    zone: LandingZone,
    dir: TempDir,
}

async fn landing() -> Landing {
    let world = world().await;
    Landing {
        zone: world.flow.landing_zone(ZoneType::UserDropZone),
        world,
        dir: TempDir::new().unwrap(),
    }
}

impl Landing {
    fn emulator(&self) -> &Emulator {
        &self.world.emulator
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    fn options(&self) -> PutOptions {
        let mut options = PutOptions::default();
        options.state_dir = Some(self.path("state"));
        options
    }
}

fn content(size: usize) -> Vec<u8> {
    (0..size)
        .map(|place| u8::try_from((place * 31 + place / 251) % 256).unwrap())
        .collect()
}
