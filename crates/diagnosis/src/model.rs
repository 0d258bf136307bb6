//! The statistics: which labels the features of a text speak for. A logistic regression over all labels at once.
//!
//! It is trained at the start, in a fraction of a second, always in the same order and with the same arithmetic, so
//! that the same texts give the same model on every run.

use std::collections::HashMap;

use crate::corpus::{Example, Label};
use crate::features::{Feature, Reading};
use crate::stride::strides;

/// How often all texts are gone through.
const ROUNDS: u16 = 10;
/// The first step's length; later ones are shorter.
const STEP: f32 = 3.0;
/// How much a concept, or a pair of them, counts beside a run of characters.
const CONCEPT: f32 = 1.3;
/// A gradient smaller than this moves nothing that anybody would see.
const NEGLIGIBLE: f32 = 0.002;

/// What was learnt.
#[derive(Debug)]
pub(crate) struct Model {
    labels: Vec<Label>,
    /// Where a feature's weights begin, and how telling it is.
    features: HashMap<Feature, (usize, f32)>,
    /// For each feature one weight a label.
    weights: Vec<f32>,
}

/// A text as the model sees it: where its features' weights begin, and how strongly each counts.
type Sparse = Vec<(usize, f32)>;

impl Model {
    /// Learns from texts that were read before.
    pub(crate) fn train(examples: &[(&Example, &Reading)]) -> Self {
        let mut labels: Vec<Label> = examples.iter().map(|(example, _)| example.label).collect();
        labels.sort();
        labels.dedup();
        let mut model = Self { features: vocabulary(examples, labels.len()), labels, weights: Vec::new() };
        model.weights = vec![0.0; model.features.len() * model.labels.len()];
        let texts: Vec<(usize, Sparse)> = examples
            .iter()
            .filter_map(|(example, reading)| {
                Some((model.labels.binary_search(&example.label).ok()?, model.sparse(reading)))
            })
            .collect();
        for round in 0..ROUNDS {
            let step = STEP / (1.0 + 0.5 * f32::from(round));
            // Neighbours in the files are alike; a stride through all of them mixes the labels.
            for index in strides(texts.len()) {
                let (label, text) = &texts[index];
                model.learn(*label, text, step);
            }
        }
        model
    }

    fn learn(&mut self, label: usize, text: &Sparse, step: f32) {
        let mut error = self.shares(text);
        if let Some(share) = error.get_mut(label) {
            *share -= 1.0;
        }
        error.iter_mut().filter(|share| share.abs() < NEGLIGIBLE).for_each(|share| *share = 0.0);
        for (start, value) in text {
            let weights = self.weights[*start..].iter_mut().zip(&error);
            weights.for_each(|(weight, error)| *weight -= step * value * error);
        }
    }

    /// How much of the whole each label has; together they are one.
    fn shares(&self, text: &Sparse) -> Vec<f32> {
        let mut sums = vec![0.0_f32; self.labels.len()];
        for (start, value) in text {
            let weights = &self.weights[*start..*start + self.labels.len()];
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * value);
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        sums.iter_mut().for_each(|sum| *sum = (*sum - most).exp());
        let total: f32 = sums.iter().sum();
        sums.iter_mut().for_each(|sum| *sum /= total);
        sums
    }

    fn sparse(&self, reading: &Reading) -> Sparse {
        let runs = reading.runs.iter().map(|feature| (feature, 1.0));
        let concepts = reading.concepts.iter().map(|feature| (feature, CONCEPT));
        let known = runs.chain(concepts).filter_map(|(feature, count)| {
            let (start, telling) = self.features.get(feature)?;
            Some((*start, telling * count))
        });
        let mut sparse: Sparse = known.collect();
        let length = sparse.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1.0);
        sparse.iter_mut().for_each(|(_, value)| *value /= length);
        sparse
    }

    /// Every label with its share of what the text speaks for.
    pub(crate) fn judge(&self, reading: &Reading) -> Vec<(Label, f32)> {
        self.labels.iter().copied().zip(self.shares(&self.sparse(reading))).collect()
    }
}

/// Each feature with how telling it is: the fewer texts have it, the more.
fn vocabulary(examples: &[(&Example, &Reading)], labels: usize) -> HashMap<Feature, (usize, f32)> {
    let mut counts: HashMap<Feature, u16> = HashMap::new();
    let mut order = Vec::new();
    for feature in examples.iter().flat_map(|(_, reading)| reading.runs.iter().chain(&reading.concepts)) {
        let count = counts.entry(*feature).or_default();
        *count = count.saturating_add(1);
        if *count == 1 {
            order.push(*feature);
        }
    }
    let all = f32::from(u16::try_from(examples.len()).unwrap_or(u16::MAX));
    let telling = |feature: &Feature| (all / f32::from(counts.get(feature).copied().unwrap_or(1))).ln().max(0.5);
    order.iter().enumerate().map(|(index, feature)| (*feature, (index * labels, telling(feature)))).collect()
}
