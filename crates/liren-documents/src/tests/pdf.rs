//! PDF files.
