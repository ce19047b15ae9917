//! The jobs: one file each.

mod aepp;
mod faults;
mod large;
mod memory;
mod rows;
mod single;
mod small;
mod zone;

use super::clients::Clients;
use super::report::Section;
use crate::error::Result;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Job {
    /// One file of 1 GiB beside curl and a plain loop (P1, P10)
    Single,
    /// 200 MB of JSON, and 1 GiB in parts, beside aepp (P2, P3)
    Aepp,
    /// 10,000 files of 1 KiB beside curl, and a single one (P7, P8)
    Small,
    /// 16 GiB, a slow server, 100,000 files (P9)
    Memory,
    /// Refusals and silence (P11, P12)
    Faults,
    /// Validation and conversion beside pyarrow and polars (P13)
    Rows,
    /// The landing zone beside azcopy, rclone, s5cmd (P4, P5, P6)
    Zone,
    /// 10 GB, once
    Large,
}

impl Job {
    pub(super) const ALL: [Self; 8] = [
        Self::Single,
        Self::Aepp,
        Self::Small,
        Self::Memory,
        Self::Faults,
        Self::Rows,
        Self::Zone,
        Self::Large,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Aepp => "aepp",
            Self::Small => "small",
            Self::Memory => "memory",
            Self::Faults => "faults",
            Self::Rows => "rows",
            Self::Zone => "zone",
            Self::Large => "large",
        }
    }

    /// Whether it is quick and wants no other tool than curl.
    pub(super) const fn is_quick(self) -> bool {
        matches!(self, Self::Single | Self::Small)
    }

    pub(super) fn run(self, clients: &Clients, rounds: usize) -> Result<Section> {
        match self {
            Self::Single => single::run(clients, rounds),
            Self::Aepp => aepp::run(clients, rounds),
            Self::Small => small::run(clients, rounds),
            Self::Memory => memory::run(clients),
            Self::Faults => faults::run(clients),
            Self::Rows => rows::run(clients, rounds),
            Self::Zone => zone::run(clients, rounds),
            Self::Large => large::run(clients),
        }
    }
}
