//! Sides that are measured in turns, and the table of their rates.

/// One column of a table: what is measured, and how.
pub struct Side<'a> {
    pub name: String,
    pub rate: Box<dyn FnMut() -> f64 + 'a>,
}

impl<'a> Side<'a> {
    pub fn new(name: impl Into<String>, rate: impl FnMut() -> f64 + 'a) -> Self {
        Self { name: name.into(), rate: Box::new(rate) }
    }
}

/// Runs all sides in turns, that many rounds, and prints each one's median rate and the median of its
/// ratios to the first, which is the floor.
pub fn compare(title: &str, rounds: usize, mut sides: Vec<Side<'_>>) {
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); sides.len()];
    // The first round warms up.
    for round in 0..=rounds {
        for (side, rates) in sides.iter_mut().zip(&mut rates) {
            let rate = (side.rate)();
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    println!("\n{title:58} {:>10} {:>7}", "a second", "ratio");
    for (side, of_side) in sides.iter().zip(&rates) {
        let ratios = of_side.iter().zip(&rates[0]).map(|(rate, floor)| rate / floor);
        println!("{:58} {:10.0} {:7.3}", side.name, median(of_side.iter().copied()), median(ratios));
    }
}

/// The one in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
