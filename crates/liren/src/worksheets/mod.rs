//! 工作单 — a list of residents taken along on paper or as a workbook, with empty columns; filled, it is handed back and read.

mod back;
mod columns;
mod paper;

use crate::base::web::{Access, Routes};
use crate::base::{App, Permission, Slice};

pub const SLICE: Slice = Slice { name: "worksheets", routes, ..Slice::EMPTY };

fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(app, "/people/worksheet", Access::Only(Permission::ReadPeople), paper::show)
        .get(app, "/people/worksheet.xlsx", Access::Only(Permission::Export), paper::file)
        .get(app, "/people/worksheet/back", Access::Only(Permission::Record), back::show)
        .post(app, "/people/worksheet/back", Access::Only(Permission::Record), back::read)
        .post(app, "/people/worksheet/write", Access::Only(Permission::Record), back::write)
}

#[cfg(test)]
mod tests;
