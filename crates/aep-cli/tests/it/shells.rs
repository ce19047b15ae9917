//! Completions and manual pages.

use crate::support::Home;

#[test]
fn every_shell_has_completions() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.run(["completions", shell]).ok().stdout;
        for word in ["ingest", "emulator", "allow-production", "explain"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    home.run(["completions", "cmd"]).exits(2);
}

#[test]
fn bash_accepts_its_script() {
    let home = Home::new();
    let script = home.run(["completions", "bash"]).ok().stdout;
    home.write("aep.bash", &script);
    if let Ok(status) = std::process::Command::new("bash")
        .arg("-n")
        .arg(home.path().join("aep.bash"))
        .status()
    {
        assert!(status.success());
    }
}

#[test]
fn names_of_operations_are_completed() {
    let home = Home::new();
    let script = home.run(["completions", "bash"]).ok().stdout;
    home.write("aep.bash", &script);
    let asked = "source aep.bash
        COMP_WORDS=(aep api describe listLastB) COMP_CWORD=3
        _aep aep listLastB describe
        echo \"${COMPREPLY[@]}\"";
    if let Ok(ran) = std::process::Command::new("bash")
        .args(["-c", asked])
        .current_dir(home.path())
        .output()
    {
        let completed = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(completed, "listLastBatches\n");
    }
    let zsh = home.run(["completions", "zsh"]).ok().stdout;
    assert!(zsh.contains("listLastBatches\\:"));
    assert!(!zsh.contains("':method --"), "it hides the subcommands");
    let fish = home.run(["completions", "fish"]).ok().stdout;
    assert!(fish.contains("aep api list -o id"));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let home = Home::new();
    let page = home.run(["man"]).ok().stdout;
    assert!(
        page.contains(".TH aep 1") && page.contains(".SH EXAMPLES"),
        "{page}"
    );
    home.run(["man", "--to", "man1"]).ok();
    for name in [
        "aep.1",
        "aep-ingest.1",
        "aep-batch-explain.1",
        "aep-emulator-faults-add.1",
    ] {
        assert!(home.path().join("man1").join(name).exists(), "{name}");
    }
}
