//! The annual report: a template of the base pack composed to a document in which every number is a span
//! that opens something, and written as HTML, DOCX, PDF, text and JSON.

mod alone;
pub mod chips;
mod compose;
mod desk;
mod files;
mod number;
mod opened;
mod others;
mod pages;
mod period;
mod queries;
mod records;
mod residents;
pub mod returned;
mod returned_page;
mod sections;
mod span;
pub mod words;

pub use compose::{Composed, Draft, annual, annual_as_known, of_frame};
pub use files::{Format, write};
pub use residents::edition as residents_edition;
pub use sections::Left;
pub use span::{Opens, SpanRecord};

use crate::base::web::{Access, Routes};
use crate::base::{App, Nav, Permission, Slice};

pub const SLICE: Slice = Slice {
    name: "reports",
    routes,
    nav: &[Nav {
        href: "/reports/annual",
        icon: "file-text",
        title: "年度报告",
        permission: Permission::ReadReport,
        rank: 40,
    }],
    records: &[words::ReportSection::TABLE],
    ..Slice::EMPTY
};

fn routes(routes: Routes, app: &App) -> Routes {
    routes
        .get(app, "/reports/annual", Access::Only(Permission::ReadReport), pages::annual)
        .get(app, "/reports/annual/state", Access::Only(Permission::ReadReport), pages::state)
        .get(app, "/reports/annual/panel/{id}", Access::Only(Permission::ReadReport), pages::panel)
        .get(app, "/reports/annual/write", Access::Only(Permission::ReadReport), desk::sections)
        .get(app, "/reports/annual/{year}/sections/{section}", Access::Only(Permission::WriteReport), desk::section)
        .post(app, "/reports/annual/{year}/sections/{section}", Access::Only(Permission::WriteReport), desk::save)
        .get(app, "/reports/annual/{year}/versions", Access::Only(Permission::ReadReport), desk::versions)
        .post(app, "/reports/annual/{year}/check", Access::Only(Permission::WriteReport), desk::check)
        .post(app, "/reports/annual/{year}/sign", Access::Only(Permission::Sign), desk::sign)
        .post(app, "/reports/annual/{year}/submit", Access::Only(Permission::Sign), desk::submit)
        .post(app, "/reports/annual/{year}/return", Access::Only(Permission::Review), desk::send_back)
        .post(app, "/reports/annual/{year}/accept", Access::Only(Permission::Review), desk::accept)
        .get(app, "/reports/annual/{year}/versions/{a}/{b}", Access::Only(Permission::ReadReport), desk::compare)
        .get(app, "/reports/others", Access::Only(Permission::ReadReport), others::list)
        .get(app, "/reports/others/{id}", Access::Only(Permission::ReadReport), others::show)
        .get(app, "/reports/others/{id}/{format}", Access::Only(Permission::ReadReport), others::file)
        .get(app, "/reports/returned", Access::Only(Permission::ReadReport), returned_page::show)
        .post(app, "/reports/returned", Access::Only(Permission::WriteReport), returned_page::compare)
        .get(app, "/reports/annual.{format}", Access::Only(Permission::ReadReport), pages::download)
        .get(app, "/records/{kind}/{id}", Access::Only(Permission::ReadReport), opened::record)
        .get(app, "/params/{id}", Access::Only(Permission::ReadReport), opened::param)
        .get(app, "/targets/{id}", Access::Only(Permission::ReadReport), opened::target)
}

#[cfg(test)]
mod tests;
