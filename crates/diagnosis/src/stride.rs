//! An order in which neighbours come far apart, the same every time: chance without chance.

/// Every index once, far from the one before.
pub(crate) fn strides(length: usize) -> impl Iterator<Item = usize> {
    let stride = (length * 5 / 13..).find(|stride| coprime(*stride, length)).unwrap_or(1);
    (0..length).map(move |index| index * stride % length)
}

fn coprime(one: usize, other: usize) -> bool {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_visit_every_index_once() {
        for length in [1, 2, 3, 13, 8403] {
            let mut visited: Vec<usize> = strides(length).collect();
            visited.sort_unstable();
            assert!(visited.iter().copied().eq(0..length), "{length}");
        }
    }
}
