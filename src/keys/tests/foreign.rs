//! Keys that somebody brought: made by openssl, named by hand.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{NOW, chmod, new_pem, open, problem, put, temporary};
use crate::keys::Keyring;
use crate::testing::TestIssuer;
use crate::verify::Algorithm;

/// Runs openssl with these words and a file to write to. False where there is no openssl.
fn openssl(words: &str, to: &Path) -> bool {
    let made = Command::new("openssl").args(words.split(' ')).arg("-out").arg(to).output();
    let Ok(made) = made else {
        eprintln!("skipped: no openssl here");
        return false;
    };
    assert!(made.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&made.stderr));
    chmod(to, 0o600);
    true
}

/// The algorithm that a folder with one key signs with, once a token of it was verified.
fn signs_with(keyring: &Keyring) -> Algorithm {
    let ring = keyring.ring();
    let signer = ring.signer(NOW);
    let payload = TestIssuer::new().token("ada").issued_at(NOW).payload();
    let claims: serde_json::Value = serde_json::from_str(&payload).unwrap();
    let verified = keyring.verifier().verify(&signer.sign_token(&claims), NOW).unwrap();
    assert_eq!(verified.claims().sub, "ada");
    signer.algorithm()
}

#[test]
fn openssls_keys_in_pkcs8_sign_from_the_beginning_of_time() {
    for (words, algorithm) in [
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", Algorithm::Es256),
        ("genpkey -algorithm ED25519", Algorithm::EdDsa),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", Algorithm::Rs256),
    ] {
        let home = temporary();
        if !openssl(words, &home.path().join("mine.pem")) {
            return;
        }
        let (keyring, opened) = open(home.path(), algorithm, NOW).unwrap();
        assert_eq!(opened.done.len(), 2, "two refresh secrets and no key: {opened:?}");
        assert_eq!(signs_with(&keyring), algorithm, "{words}");
    }
}

#[test]
fn openssls_other_keys_are_refused() {
    for words in [
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        "genpkey -algorithm X25519",
        "genpkey -algorithm ED448",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024",
    ] {
        let home = temporary();
        if !openssl(words, &home.path().join("mine.pem")) {
            return;
        }
        assert!(problem(home.path()).starts_with("is not a private key for ES256, RS256, PS256 or EdDSA"), "{words}");
    }
}

#[test]
fn other_pem_blocks_are_refused_with_the_way_to_convert_them() {
    let hint = "is not PKCS#8 (BEGIN PRIVATE KEY): convert it with openssl pkcs8 -topk8 -nocrypt";
    for tag in
        ["EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PARAMETERS", "PUBLIC KEY", "CERTIFICATE"]
    {
        let home = temporary();
        put(home.path().join("mine.pem"), &pem::encode(&pem::Pem::new(tag, [1, 2, 3])));
        assert_eq!(problem(home.path()), hint, "{tag}");
    }
}

/// The hint is true: what openssl's older commands make is refused, and accepted once converted.
#[test]
fn a_sec1_key_is_accepted_once_it_is_converted() {
    let (home, old) = (temporary(), temporary());
    let sec1 = old.path().join("sec1.pem");
    if !openssl("ecparam -genkey -noout -name prime256v1", &sec1) {
        return;
    }
    let ours = home.path().join("mine.pem");
    put(ours.clone(), &fs::read_to_string(&sec1).unwrap());
    assert!(problem(home.path()).starts_with("is not PKCS#8"));
    openssl(&format!("pkcs8 -topk8 -nocrypt -in {}", sec1.display()), &ours);
    assert_eq!(signs_with(&open(home.path(), Algorithm::Es256, NOW).unwrap().0), Algorithm::Es256);
}

#[test]
fn an_rsa_key_is_for_the_algorithm_that_its_name_says() {
    let pem = new_pem(Algorithm::Rs256);
    for (name, algorithm) in [
        ("mine.pem", Algorithm::Rs256),
        ("RS256-mine.pem", Algorithm::Rs256),
        ("PS256.pem", Algorithm::Ps256),
        ("20261121T090000Z-PS256-AbCdEfGh.pem", Algorithm::Ps256),
    ] {
        let home = temporary();
        put(home.path().join(name), &pem);
        assert_eq!(signs_with(&open(home.path(), algorithm, NOW).unwrap().0), algorithm, "{name}");
    }
}

#[test]
fn a_key_that_is_not_what_its_name_says_is_refused() {
    let pem = new_pem(Algorithm::Es256);
    for name in ["RS256-mine.pem", "EdDSA.pem", "20261121T090000Z-PS256-AbCdEfGh.pem", "HS256.pem"] {
        let home = temporary();
        put(home.path().join(name), &pem);
        assert!(problem(home.path()).contains("not of the algorithm in its name"), "{name}");
    }
}
