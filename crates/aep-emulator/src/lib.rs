//! aep-emulator
