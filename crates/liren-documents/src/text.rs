//! Plain text: a line for each block, two ideographic spaces before a paragraph.

use crate::{Block, Document};

/// The document as plain text with `\n` line ends.
pub fn write(doc: &Document) -> String {
    let mut out = String::new();
    out.push_str(&doc.title);
    out.push_str("\n\n");
    for block in &doc.blocks {
        if matches!(block, Block::Paragraph { .. }) {
            out.push_str("　　");
        }
        out.push_str(&block.text());
        out.push('\n');
    }
    for line in doc.signature.iter().chain(&doc.date) {
        out.push('\n');
        out.push_str(line);
    }
    out.push('\n');
    out
}
