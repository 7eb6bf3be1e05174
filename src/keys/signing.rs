//! A key that signs access tokens. The one file of this half that names the crypto provider.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, RSAKeyType,
};
use serde::Serialize;

use crate::secret::Secret;
use crate::verify::{Algorithm, VerificationKey, header_of, thumbprint};

/// Room for the claims of most tokens, so that they are not moved while they are written.
const USUAL_CLAIMS_BYTES: usize = 512;

/// The bytes are no private key of the wanted algorithm, or a weak one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadKey;

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a private key of this algorithm in PKCS#8, or a weak one")
    }
}

impl std::error::Error for BadKey {}

/// A private key or shared secret, bound to one algorithm, parsed once.
pub struct SigningKey {
    algorithm: Algorithm,
    kid: String,
    /// The token's first part, the same for every token of this key.
    header: String,
    material: Material,
    /// What is published; a shared secret publishes nothing.
    public: Option<AlgorithmParameters>,
}

enum Material {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ed25519(Ed25519KeyPair),
    Shared(Box<hmac::Key>, Secret<Vec<u8>>),
}

impl SigningKey {
    /// Makes a new private key; its PKCS#8 (v1, which every tool reads) in DER. RSA gets 2048 bits.
    ///
    /// # Errors
    /// [`BadKey`] for HS256, whose secret comes from the configuration.
    pub fn generate(algorithm: Algorithm) -> Result<Secret<Vec<u8>>, BadKey> {
        let der = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map(|der| der.as_ref().to_vec()),
            Algorithm::Rs256 | Algorithm::Ps256 => RsaKeyPair::generate(KeySize::Rsa2048)
                .and_then(|pair| AsDer::<Pkcs8V1Der<'_>>::as_der(&pair))
                .map(|der| der.as_ref().to_vec()),
            Algorithm::EdDsa => {
                Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map(|der| der.as_ref().to_vec())
            }
            Algorithm::Hs256 => return Err(BadKey),
        };
        der.map(Secret::new).map_err(|_| BadKey)
    }

    /// Reads a private key in PKCS#8 DER.
    ///
    /// # Errors
    /// [`BadKey`] where it is not a key of this algorithm, or an RSA key under 2048 bits.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, BadKey> {
        let (material, public) = match algorithm {
            Algorithm::Es256 => ecdsa(der)?,
            Algorithm::Rs256 => rsa(der, &RSA_PKCS1_SHA256)?,
            Algorithm::Ps256 => rsa(der, &RSA_PSS_SHA256)?,
            Algorithm::EdDsa => ed25519(der)?,
            Algorithm::Hs256 => return Err(BadKey),
        };
        // What verifiers will refuse must not sign.
        VerificationKey::build(&public, Some(algorithm.in_jwk())).map_err(|_| BadKey)?;
        let kid = thumbprint(&public).ok_or(BadKey)?;
        Ok(Self::new(algorithm, kid, material, Some(public)))
    }

    /// A shared secret for HS256, used as it stands.
    ///
    /// Its `kid` is a MAC under the secret itself: the same on every instance, and no plain hash of
    /// the secret as the RFC 7638 thumbprint would be.
    ///
    /// # Errors
    /// [`BadKey`] under 32 bytes (RFC 7518 §3.2).
    pub fn hs256(secret: &[u8]) -> Result<Self, BadKey> {
        VerificationKey::hs256(secret).ok_or(BadKey)?;
        let key = Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret));
        let kid = URL_SAFE_NO_PAD.encode(&hmac::sign(&key, b"jeton kid").as_ref()[..16]);
        Ok(Self::new(Algorithm::Hs256, kid, Material::Shared(key, Secret::new(secret.to_vec())), None))
    }

    fn new(algorithm: Algorithm, kid: String, material: Material, public: Option<AlgorithmParameters>) -> Self {
        Self { algorithm, header: header_of(algorithm, &kid), kid, material, public }
    }

    /// The key's one algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name: its RFC 7638 thumbprint, except for HS256.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as it stands in the JWKS; `None` for a shared secret.
    pub fn public_jwk(&self) -> Option<Jwk> {
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(self.algorithm.in_jwk()),
            key_id: Some(self.kid.clone()),
            ..CommonParameters::default()
        };
        Some(Jwk { common, algorithm: self.public.clone()? })
    }

    /// The key that checks what this one signs.
    pub fn verification_key(&self) -> VerificationKey {
        let key = match (&self.public, &self.material) {
            (Some(public), _) => VerificationKey::build(public, Some(self.algorithm.in_jwk())).ok(),
            (None, Material::Shared(_, secret)) => VerificationKey::hs256(secret.expose()),
            (None, _) => None,
        };
        key.expect("the same parts made a key in the constructor")
    }

    /// Signs claims: an RFC 9068 access token in compact form.
    pub fn sign_token(&self, claims: &impl Serialize) -> String {
        let mut payload = Vec::with_capacity(USUAL_CLAIMS_BYTES);
        serde_json::to_writer(&mut payload, claims).expect("claims are plain data");
        let mut token = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 360);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signature = self.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    /// The raw signature as JWS has it (RFC 7518 §3).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        // A parsed key signs anything; what could fail is the allocation or the random generator.
        const WORKS: &str = "a parsed key signs";
        match &self.material {
            Material::Ecdsa(pair) => pair.sign(&SystemRandom::new(), message).expect(WORKS).as_ref().to_vec(),
            Material::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).expect(WORKS);
                signature
            }
            Material::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Material::Shared(key, _) => hmac::sign(key, message).as_ref().to_vec(),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {}, ***)", self.algorithm, self.kid)
    }
}

type Parsed = Result<(Material, AlgorithmParameters), BadKey>;

fn ecdsa(der: &[u8]) -> Parsed {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| BadKey)?;
    // SEC 1 §2.3.3: 4, then x and y of 32 bytes each.
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let public = AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
        key_type: EllipticCurveKeyType::EC,
        curve: EllipticCurve::P256,
        x: URL_SAFE_NO_PAD.encode(x),
        y: URL_SAFE_NO_PAD.encode(y),
    });
    Ok((Material::Ecdsa(pair), public))
}

fn rsa(der: &[u8], encoding: &'static dyn RsaEncoding) -> Parsed {
    let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| BadKey)?;
    let key = pair.public_key();
    let public = AlgorithmParameters::RSA(RSAKeyParameters {
        key_type: RSAKeyType::RSA,
        n: URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero()),
        e: URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero()),
    });
    Ok((Material::Rsa(pair, encoding), public))
}

fn ed25519(der: &[u8]) -> Parsed {
    // Other tools leave the public key out of the file; aws-lc-rs then derives it.
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| BadKey)?;
    let public = AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
        key_type: OctetKeyPairType::OctetKeyPair,
        curve: EllipticCurve::Ed25519,
        x: URL_SAFE_NO_PAD.encode(pair.public_key()),
    });
    Ok((Material::Ed25519(pair), public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_signs_what_its_verification_key_accepts() {
        for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa] {
            let der = SigningKey::generate(algorithm).unwrap();
            let key = SigningKey::from_pkcs8(algorithm, der.expose()).unwrap();
            let signature = key.sign(b"message");
            assert!(key.verification_key().verify(b"message", &signature), "{algorithm}");
            assert!(!key.verification_key().verify(b"massage", &signature), "{algorithm}");
            assert_eq!(key.kid().len(), 43, "{algorithm}");
        }
        let shared = SigningKey::hs256(&[7; 32]).unwrap();
        assert!(shared.verification_key().verify(b"message", &shared.sign(b"message")));
        assert!(shared.public_jwk().is_none());
    }

    #[test]
    fn a_key_of_another_kind_and_a_short_secret_are_refused() {
        let der = SigningKey::generate(Algorithm::Es256).unwrap();
        for algorithm in [Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa, Algorithm::Hs256] {
            assert_eq!(SigningKey::from_pkcs8(algorithm, der.expose()).unwrap_err(), BadKey, "{algorithm}");
        }
        assert_eq!(SigningKey::hs256(&[7; 31]).unwrap_err(), BadKey);
    }
}
