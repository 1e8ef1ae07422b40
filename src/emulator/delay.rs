//! Delayed consistency: changes that readings do not show yet.

use super::fault::{Fault, Kind};
use super::world::World;

/// A part of the world that is shown as it was, whole.
pub trait Part: PartialEq {
    /// What is there.
    type Held: Clone;

    /// What is there, to be read.
    fn held(&self, world: &World) -> Self::Held;

    /// What is there, to be changed.
    fn held_mut<'w>(&self, world: &'w mut World) -> &'w mut Self::Held;
}

/// Parts of the world as they were before a change that readings do not show yet.
pub struct Delays<P: Part>(Vec<Delay<P>>);

struct Delay<P: Part> {
    part: P,
    before: P::Held,
    reads_left: u32,
}

impl<P: Part> Default for Delays<P> {
    fn default() -> Delays<P> {
        Delays(Vec::new())
    }
}

impl<P: Part> Delays<P> {
    /// Before a change that is to be delayed, keeps the part as it is; before a reading, shows it as it was.
    ///
    /// The answer is for [`Delays::end`]: the delay whose part is shown, if one is.
    pub fn begin(
        &mut self,
        world: &mut World,
        part: P,
        writes: bool,
        fault: Option<&Fault>,
    ) -> Option<usize> {
        let known = self.0.iter().position(|delay| delay.part == part);
        match (writes, fault.filter(|fault| fault.kind == Kind::Delayed), known) {
            (true, Some(fault), Some(at)) => self.0[at].reads_left = fault.delayed_reads(),
            (true, Some(fault), None) => {
                let (before, reads_left) = (part.held(world), fault.delayed_reads());
                self.0.push(Delay { part, before, reads_left });
            }
            (false, _, Some(at)) if self.0[at].reads_left > 0 => {
                self.0[at].reads_left -= 1;
                self.swap(world, at);
                return Some(at);
            }
            (true, None, _) | (false, _, _) => (),
        }
        None
    }

    /// After the reading, puts the part back as it is.
    pub fn end(&mut self, world: &mut World, swapped: Option<usize>) {
        if let Some(at) = swapped {
            self.swap(world, at);
            if self.0[at].reads_left == 0 {
                self.0.remove(at);
            }
        }
    }

    fn swap(&mut self, world: &mut World, at: usize) {
        let delay = &mut self.0[at];
        std::mem::swap(delay.part.held_mut(world), &mut delay.before);
    }
}
