//! Serves the emulator until Ctrl-C: `cargo run -p aep-emulator --example serve [DIRECTORY]`.

use std::io::Write;

use aep_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Emulator::builder();
    if let Some(dir) = std::env::args_os().nth(1) {
        builder = builder.data_dir(dir).announce(true);
    }
    let mut emulator = builder.start().await?;
    writeln!(std::io::stdout(), "{}", emulator.url())?;
    tokio::select! {
        () = emulator.ended() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    emulator.stop().await;
    Ok(())
}
