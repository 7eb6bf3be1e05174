//! Minting and verifying access tokens, next to the bare signature operation of aws-lc-rs.

use std::hint::black_box;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use jeton::clock::Timestamp;
use jeton::keys::SigningKey;
use jeton::scope::Scope;
use jeton::verify::{Algorithm, Audience, Claims, KeySet, Policy, Verifier};

use crate::rounds::compare;

const ISSUER: &str = "https://auth.example";
const NOW: Timestamp = Timestamp::from_secs(1_795_253_400);

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

pub fn run() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let key = key(algorithm);
        let (sign, public) = raw(algorithm);
        let claims = claims();
        let token = key.sign_token(&claims);
        let message = token.rsplit_once('.').unwrap().0.as_bytes();

        compare(
            &format!("mint {algorithm}"),
            || drop(black_box(key.sign_token(black_box(&claims)))),
            || drop(black_box(sign(black_box(message)))),
        );
        let mut keys = KeySet::default();
        keys.insert(key.kid(), key.verification_key());
        let verifier = Verifier::without_cache(Policy::new(ISSUER, ISSUER), keys);
        let signature = sign(message);
        compare(
            &format!("verify {algorithm}, not cached"),
            || drop(black_box(verifier.verify(black_box(&token), NOW).unwrap())),
            || public.verify_sig(black_box(message), black_box(&signature)).unwrap(),
        );
    }
    rings();
}

/// What a ring of many keys costs, and a token of none of them, next to a good token and one key.
fn rings() {
    let keys: Vec<SigningKey> = (0..100).map(|_| key(Algorithm::Es256)).collect();
    let verifier = |keys: &[SigningKey]| {
        let mut set = KeySet::default();
        keys.iter().for_each(|key| set.insert(key.kid(), key.verification_key()));
        Verifier::without_cache(Policy::new(ISSUER, ISSUER), set)
    };
    let (one, hundred) = (verifier(&keys[..1]), verifier(&keys));
    let (token, unknown) = (keys[0].sign_token(&claims()), key(Algorithm::Es256).sign_token(&claims()));
    let verify = |verifier: &Verifier| drop(black_box(verifier.verify(black_box(&token), NOW).unwrap()));
    compare("verify ES256 with 100 keys, next to 1", || verify(&hundred), || verify(&one));
    let refuse = || assert!(hundred.verify(black_box(&unknown), NOW).is_err());
    compare("refuse an unknown kid, next to verify", refuse, || verify(&one));
    let cached = {
        let mut set = KeySet::default();
        set.insert(keys[0].kid(), keys[0].verification_key());
        Verifier::new(Policy::new(ISSUER, ISSUER), set)
    };
    compare("verify ES256, cached, next to not cached", || verify(&cached), || verify(&one));
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_pkcs8(algorithm, SigningKey::generate(algorithm).unwrap().expose()).unwrap()
}

/// The bare operations with keys of their own, parsed once.
fn raw(algorithm: Algorithm) -> (Sign, ParsedPublicKey) {
    let random = SystemRandom::new();
    match algorithm {
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::generate().unwrap();
            let public = ParsedPublicKey::new(&ED25519, pair.public_key()).unwrap();
            (Box::new(move |message| pair.sign(message).as_ref().to_vec()), public)
        }
        Algorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_ref()).unwrap();
            let sign = move |message: &[u8]| {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            };
            (Box::new(sign), public)
        }
        _ => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()).unwrap();
            (Box::new(move |message| pair.sign(&random, message).unwrap().as_ref().to_vec()), public)
        }
    }
}

fn claims() -> Claims {
    Claims {
        iss: ISSUER.to_owned(),
        sub: "YaCAENwHddcs8i-qY-exZQ".to_owned(),
        aud: Audience::One(ISSUER.to_owned()),
        client_id: Some("default".to_owned()),
        iat: NOW,
        exp: NOW + std::time::Duration::from_secs(600),
        nbf: None,
        jti: Some("HPt0gelyQBGUZwYS-ox3rQ".to_owned()),
        sid: Some("MWjPY84A7cZClPCKUfyJCQ".to_owned()),
        auth_time: Some(NOW),
        amr: vec!["pwd".to_owned()],
        scope: Scope::parse("read write"),
        roles: vec!["admin".to_owned()],
        custom: serde_json::Map::new(),
    }
}
