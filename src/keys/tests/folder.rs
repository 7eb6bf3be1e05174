//! Which files of a folder are trusted.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::Path;

use super::{NOW, chmod, mode, names, new_pem, open, problem, put, temporary};
use crate::keys::KeyFolder;
use crate::verify::Algorithm;

#[test]
fn what_is_made_is_for_us_alone() {
    let home = temporary();
    let folder = home.path().join("deep/keys");
    open(&folder, Algorithm::Es256, NOW).unwrap();
    assert_eq!(mode(&folder), 0o700);
    let made = [names(&folder, ".pem"), names(&folder, ".key")].concat();
    assert_eq!(made.len(), 4);
    assert!(made[0].starts_with("20261121T093000Z-ES256-"), "{made:?}");
    assert!(made[1].starts_with("20261221T093000Z-ES256-"), "{made:?}");
    assert_eq!(made[2..], ["20261121T093000Z-refresh-1.key", "20261221T093000Z-refresh-2.key"]);
    for name in made {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_file_that_others_can_use_is_refused() {
    let home = temporary();
    let file = put(home.path().join("mine.pem"), &new_pem(Algorithm::Es256));
    for fine in [0o600, 0o400, 0o700] {
        chmod(&file, fine);
        assert_eq!(KeyFolder::open(home.path()).unwrap().read().unwrap().signing.len(), 1, "{fine:o}");
    }
    for others in [0o604, 0o602, 0o601, 0o644, 0o666, 0o777, 0o444] {
        chmod(&file, others);
        assert_eq!(problem(home.path()), "others can use it: run chmod 600 on it", "{others:o}");
    }
    for group in [0o620, 0o660, 0o420] {
        chmod(&file, group);
        assert_eq!(problem(home.path()), "the group can write it: run chmod 600 on it", "{group:o}");
    }
}

/// Kubernetes' fsGroup makes files of root that the group can read.
#[test]
fn a_group_may_read_what_root_owns_and_nothing_else() {
    let home = temporary();
    let file = put(home.path().join("mine.pem"), &new_pem(Algorithm::Es256));
    if fs::metadata(&file).unwrap().uid() == 0 {
        for mode in [0o640, 0o440] {
            chmod(&file, mode);
            assert_eq!(KeyFolder::open(home.path()).unwrap().read().unwrap().signing.len(), 1, "{mode:o}");
        }
        chown(&file, Some(1000), None).unwrap();
    }
    for mode in [0o640, 0o440] {
        chmod(&file, mode);
        assert_eq!(problem(home.path()), "the group can read it: run chmod 600 on it", "{mode:o}");
    }
}

/// The layout of a mounted secret: file → ..data/file, ..data → a folder named by the time.
#[test]
fn links_inside_of_the_folder_are_followed_as_kubernetes_makes_them() {
    let home = temporary();
    let version = home.path().join("..2026_11_21_09_30_00.123");
    fs::create_dir(&version).unwrap();
    put(version.join("mine.pem"), &new_pem(Algorithm::Es256));
    symlink("..2026_11_21_09_30_00.123", home.path().join("..data")).unwrap();
    symlink("..data/mine.pem", home.path().join("mine.pem")).unwrap();
    assert_eq!(KeyFolder::open(home.path()).unwrap().read().unwrap().signing.len(), 1);

    let link = home.path().join("keys");
    symlink(".", &link).unwrap();
    assert_eq!(KeyFolder::open(&link).unwrap().read().unwrap().signing.len(), 1, "the folder itself may be a link");
}

#[test]
fn a_link_that_leaves_the_folder_is_refused() {
    let home = temporary();
    let (folder, beside) = (home.path().join("keys"), home.path().join("keys-of-others"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&beside).unwrap();
    let outside = put(beside.join("outside.pem"), &new_pem(Algorithm::Es256));
    let link = folder.join("mine.pem");
    for target in [outside.as_path(), Path::new("../keys-of-others/outside.pem")] {
        symlink(target, &link).unwrap();
        assert_eq!(problem(&folder), "is a link that leaves the keys folder");
        fs::remove_file(&link).unwrap();
    }
    symlink("gone.pem", &link).unwrap();
    assert!(problem(&folder).contains("No such file"), "a key that is missing is not silently left out");
}

/// A writer that was killed leaves its temporary file behind: it is not read, and not in the way.
#[test]
fn half_written_files_are_not_read() {
    let home = temporary();
    let name = "20261121T093000Z-refresh-1.key";
    put(home.path().join(format!(".{name}.new")), "hal");
    put(home.path().join(".20261121T093000Z-ES256-AbCdEfGh.pem.new"), "-----BEGIN PRIV");
    open(home.path(), Algorithm::Es256, NOW).unwrap();
    assert_eq!((names(home.path(), ".pem").len(), names(home.path(), ".key")[0].as_str()), (2, name));
    assert!(!home.path().join(format!(".{name}.new")).exists(), "it became the file");
}

#[test]
fn what_is_no_key_file_is_left_alone_and_what_looks_like_one_must_be_one() {
    let home = temporary();
    put(home.path().join("README"), "read me");
    put(home.path().join(".gitignore"), "*");
    fs::create_dir(home.path().join("old")).unwrap();
    assert!(KeyFolder::open(home.path()).unwrap().read().unwrap().signing.is_empty());

    fs::create_dir(home.path().join("folder.pem")).unwrap();
    assert_eq!(problem(home.path()), "is not a key file");
    fs::remove_dir(home.path().join("folder.pem")).unwrap();
    put(home.path().join("huge.pem"), &"x".repeat(64 * 1024 + 1));
    assert_eq!(problem(home.path()), "is not a key file");
}

#[test]
fn a_refresh_secret_has_a_number_and_32_bytes() {
    let good = "A".repeat(43);
    for (name, text, wrong) in [
        ("refresh.key", good.as_str(), "is not named …refresh-N.key, N from 0 to 255"),
        ("refresh-256.key", &good, "is not named …refresh-N.key, N from 0 to 255"),
        ("refresh--1.key", &good, "is not named …refresh-N.key, N from 0 to 255"),
        ("refresh-1.key", "", "does not hold 32 bytes"),
        ("refresh-1.key", &good[..22], "does not hold 32 bytes"),
        ("refresh-1.key", &"A".repeat(86), "does not hold 32 bytes"),
        ("refresh-1.key", "not base64url!", "is not base64url"),
    ] {
        let home = temporary();
        put(home.path().join(name), text);
        assert_eq!(problem(home.path()), wrong, "{name} holds {text:?}");
    }
    let home = temporary();
    put(home.path().join("refresh-255.key"), &format!("{good}\n"));
    assert_eq!(KeyFolder::open(home.path()).unwrap().read().unwrap().secrets[0].key.id(), 255);
}

#[test]
fn what_is_wrong_names_the_file_and_never_shows_what_is_in_it() {
    let home = temporary();
    let file = put(home.path().join("refresh-1.key"), "a very secret text");
    let error = KeyFolder::open(home.path()).unwrap().read().unwrap_err();
    assert_eq!(error.to_string(), format!("{}: is not base64url", file.display()));
    let file = put(home.path().join("mine.pem"), "another secret text");
    let error = KeyFolder::open(home.path()).unwrap().read().unwrap_err();
    assert_eq!(error.to_string(), format!("{}: is not a PEM file with one block", file.display()));
}

#[test]
fn a_pipe_is_no_key_file_and_nobody_waits_for_it() {
    let home = temporary();
    let path = home.path().join("pipe.pem");
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let error = KeyFolder::open(home.path()).unwrap().read().unwrap_err();
    assert_eq!((error.path, error.problem.as_str()), (path, "is not a key file"));
}

#[test]
fn a_folder_in_which_everybody_can_replace_files_is_refused() {
    let home = temporary();
    chmod(home.path(), 0o777);
    let error = KeyFolder::open(home.path()).unwrap_err();
    assert!(error.problem.contains("chmod 700"), "{error}");
    chmod(home.path(), 0o1777);
    assert!(KeyFolder::open(home.path()).is_ok(), "sticky, as Kubernetes mounts secrets");
}

#[test]
fn a_key_of_another_user_is_refused_whatever_its_mode() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give a file away.
    }
    let home = temporary();
    let path = put(home.path().join("planted.pem"), &new_pem(Algorithm::Es256));
    chown(&path, Some(65_534), None).unwrap();
    let error = KeyFolder::open(home.path()).unwrap().read().unwrap_err();
    assert!(error.problem.contains("another user"), "{error}");
}
