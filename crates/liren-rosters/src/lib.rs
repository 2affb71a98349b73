//! Reads people out of the rosters communities keep. Pure: knows residents and cells, not SQL.
