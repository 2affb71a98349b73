//! Proofreader of Chinese official prose: figures, sums, ratios, contradictions. Pure.
