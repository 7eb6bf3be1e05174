//! The examples of the RFCs: 7515, 7638 and 8037 (appendices), 7520 (the cookbook), 7797, 9449.

use jsonwebtoken::jwk::Jwk;
use serde_json::Value;

use super::vectors::{self, key, public_half, text, verify};
use crate::verify::{JwkRefused, Jws, Rejection, thumbprint};

fn appendix() -> Option<Vec<Value>> {
    vectors::read("rfc-appendix/vectors.json").map(|file| file["vectors"].as_array().expect("vectors").clone())
}

fn thumbprint_of(jwk: &Value) -> String {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).expect("a JWK");
    thumbprint(&jwk.algorithm).expect("a public key")
}

#[test]
fn the_appendices_signatures_verify_and_what_must_be_refused_is() {
    let Some(vectors) = appendix() else { return };
    let mut run = 0;
    for vector in vectors.iter().filter(|vector| vector.get("jws").is_some()) {
        let (id, result) = (text(vector, "id"), text(vector, "result"));
        // RFC 9449's proof brings its key in its header; a verifier of access tokens never looks there.
        let Some(jwk) = vector.get("jwk") else { continue };
        let payload = key(jwk).ok().and_then(|key| verify(text(vector, "jws"), &key));
        assert_eq!(payload.is_some(), result.starts_with("valid"), "{id}: {result}");
        run += 1;
    }
    assert!(run >= 7, "{run}");
}

#[test]
fn the_appendices_weak_keys_are_refused_as_keys() {
    let Some(vectors) = appendix() else { return };
    for id in ["derived-Ed25519-small-order-key", "derived-short-OKP-x"] {
        let vector = vectors.iter().find(|vector| vector["id"] == id).expect(id);
        assert_eq!(key(&vector["jwk"]).unwrap_err(), JwkRefused::Weak, "{id}");
    }
}

#[test]
fn a_dpop_proof_is_no_access_token() {
    let Some(vectors) = appendix() else { return };
    let proof = vectors.iter().find(|vector| vector["id"] == "RFC9449-4.2-DPoP-proof").expect("the proof");
    let proof = Jws::parse(text(proof, "jws")).expect("it is well formed");
    assert!(!proof.is_access_token());
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let Some(vectors) = appendix() else { return };
    let named: Vec<_> = vectors.iter().filter(|vector| vector.get("thumbprint_sha256").is_some()).collect();
    assert!(named.len() >= 2);
    for vector in named {
        assert_eq!(thumbprint_of(&vector["jwk"]), text(vector, "thumbprint_sha256"), "{}", vector["id"]);
    }
    // RFC 9449 §6.1: the same over an EC key.
    let proof = vectors.iter().find(|vector| vector.get("jkt").is_some()).expect("the proof");
    let header = text(proof, "jws").split('.').next().expect("a header");
    let header: Value = serde_json::from_slice(&super::unb64(header)).unwrap();
    assert_eq!(thumbprint_of(&header["jwk"]), text(proof, "jkt"));
}

#[test]
fn the_cookbooks_signatures_verify_where_the_algorithm_is_ours() {
    let (mut verified, mut others) = (Vec::new(), Vec::new());
    let files = ["jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature"];
    for name in files.iter().chain(&["jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws"]) {
        let Some(example) = vectors::read(&format!("rfc7520/{name}.json")) else { return };
        let (input, compact) = (&example["input"], text(&example["output"], "compact"));
        let payload = key(&public_half(&input["key"])).ok().and_then(|key| verify(compact, &key));
        match payload {
            Some(payload) => {
                assert_eq!(payload, text(input, "payload").as_bytes(), "{name}");
                verified.push(text(input, "alg").to_owned());
            }
            None => others.push(text(input, "alg").to_owned()),
        }
    }
    assert_eq!((verified.join(" "), others.join(" ")), ("RS256 HS256 EdDSA".into(), "PS384 ES512".into()));
}

#[test]
fn the_cookbooks_detached_content_verifies_only_when_it_is_put_back() {
    let Some(example) = vectors::read("rfc7520/jws/4_5.signature_with_detached_content.json") else { return };
    let (key, compact) = (key(&example["input"]["key"]).unwrap(), text(&example["output"], "compact"));
    assert!(verify(compact, &key).is_none());
    let payload = super::b64(text(&example["input"], "payload"));
    assert!(verify(&compact.replace("..", &format!(".{payload}.")), &key).is_some());
}

#[test]
fn the_cookbooks_json_serializations_are_refused() {
    let names =
        ["4_1.rsa_v15_signature", "4_4.hmac-sha2_integrity_protection", "4_6.protecting_specific_header_fields"];
    let mut run = 0;
    for name in names.iter().chain(&["4_7.protecting_content_only", "4_8.multiple_signatures"]) {
        let Some(example) = vectors::read(&format!("rfc7520/jws/{name}.json")) else { return };
        for form in ["json", "json_flat"].iter().filter_map(|form| example["output"].get(form)) {
            assert_eq!(Jws::parse(&form.to_string()).unwrap_err(), Rejection::Malformed, "{name}");
            run += 1;
        }
    }
    assert!(run >= 9, "{run}");
}

#[test]
fn the_cookbooks_private_and_symmetric_keys_are_refused_as_foreign_keys() {
    let expected = [
        ("3_1.ec_public_key", Err(JwkRefused::Unsupported)),
        ("3_2.ec_private_key", Err(JwkRefused::Private)),
        ("3_3.rsa_public_key", Ok(())),
        ("3_4.rsa_private_key", Err(JwkRefused::Private)),
        ("3_5.symmetric_key_mac_computation", Err(JwkRefused::Private)),
        ("3_6.symmetric_key_encryption", Err(JwkRefused::Private)),
    ];
    for (name, verdict) in expected {
        let Some(jwk) = vectors::read(&format!("rfc7520/jwk/{name}.json")) else { return };
        let members = jwk.as_object().expect("a JWK");
        assert_eq!(crate::verify::VerificationKey::from_jwk(members).map(|_| ()), verdict, "{name}");
    }
}

#[test]
fn an_unencoded_payload_of_rfc_7797_is_refused() {
    let Some(example) = vectors::read("rfc7520/rfc7797/hmac-sha2_b64_false.json") else { return };
    let compact = text(&example["output"], "compact");
    assert_eq!(Jws::parse(compact).unwrap_err(), Rejection::Malformed);
    // Also where the payload happens to be base64url and only the header says otherwise.
    let encoded = compact.replace("This is the payload string!", "JC4wMg");
    assert_eq!(Jws::parse(&encoded).unwrap_err(), Rejection::Malformed);
}

/// RFC 7515 §A.5, which needs no file.
#[test]
fn the_unsecured_jws_of_rfc_7515_is_refused() {
    let unsecured = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    let key = crate::verify::VerificationKey::hs256(&[0; 32]).unwrap();
    assert_eq!(Jws::parse(unsecured).unwrap().verify(&key).unwrap_err(), Rejection::BadSignature);
}
