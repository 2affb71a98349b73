//! The digital platform of a residential community: one library, one binary, all slices.
