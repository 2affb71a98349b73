//! Document tree to HTML, DOCX, PDF and text, and back. No database, no rules.
