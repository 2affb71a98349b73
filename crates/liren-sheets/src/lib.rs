//! Workbooks in and out: cells, merges, comments, streaming writers. Knows cells, not residents.
