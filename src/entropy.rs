//! Randomness as a parameter: identifiers, versions, salts and keys are filled through [`Entropy`].

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `buffer` with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// Sixteen bytes: the size of every identifier in this house (128 bits).
    fn id(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes
    }
}

/// The operating system's generator, through aws-lc-rs.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place where randomness comes in")]
    fn fill(&self, buffer: &mut [u8]) {
        // There is no honest way on without randomness, and the generator cannot fail once seeded.
        aws_lc_rs::rand::fill(buffer).expect("the system's random generator works");
    }
}
