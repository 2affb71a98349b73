//! Db, Tx, migrations, dialect. Knows SQL, not residents.
