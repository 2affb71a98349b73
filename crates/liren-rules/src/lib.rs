//! Frames (columns) and three-valued expressions over them. Pure: no I/O, no clock, no SQL.
