//! Argon2's working memory: reused, wiped, given back.

use argon2::Block;
use zeroize::Zeroize;

use super::parameters::HashParameters;

/// Argon2's working memory. It is kept between hashes, because getting fresh pages from the system
/// costs a tenth of a hash.
#[derive(Default)]
pub(super) struct Memory {
    blocks: Vec<Block>,
    /// How many blocks, from the first, were written since the last wipe.
    written: usize,
}

impl Memory {
    /// `count` blocks with anything in them: Argon2 writes each before it reads it.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.len() < count {
            // The old ones are scratch: letting go of them first saves the move and the peak.
            self.wipe();
            self.blocks = Vec::new();
            self.blocks.resize(count, Block::new());
        }
        self.written = self.written.max(count);
        &mut self.blocks[..count]
    }

    /// How many blocks are kept, and how many of them have anything in them.
    #[cfg(test)]
    pub fn extent(&self) -> (usize, usize) {
        let filled = |block: &&Block| block.as_ref().iter().any(|word| *word != 0);
        (self.blocks.len(), self.blocks.iter().filter(filled).count())
    }

    /// Overwrites what earlier hashes left: guesses are checked against it for less than a whole hash.
    pub fn wipe(&mut self) {
        for block in &mut self.blocks[..self.written] {
            block.zeroize();
        }
        self.written = 0;
    }

    /// Gives memory back that hashes of these parameters do not need.
    pub fn shrink_to(&mut self, parameters: &HashParameters) {
        let count = parameters.memory_kib() as usize;
        if self.blocks.len() > count {
            self.wipe();
            self.blocks.truncate(count);
            self.blocks.shrink_to_fit();
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(memory: &mut Memory, count: usize) {
        for block in memory.blocks(count) {
            block.as_mut().fill(7);
        }
    }

    #[test]
    fn memory_is_reused_wiped_and_given_back() {
        let (mut memory, cheap) = (Memory::default(), HashParameters::cheap());
        let larger = HashParameters::new(64, 1, 1).unwrap();
        for (parameters, blocks) in [(cheap, 8), (larger, 64), (cheap, 64)] {
            fill(&mut memory, parameters.memory_kib() as usize);
            assert_eq!(memory.extent(), (blocks, blocks));
        }
        memory.wipe();
        assert_eq!(memory.extent(), (64, 0));
        memory.shrink_to(&cheap);
        assert_eq!(memory.extent(), (8, 0));
    }
}
