//! 导入 — a file is dropped, understood, looked at and written; afterwards it can be looked at again and taken back.
//!
//! Nothing is written before the last step. What a file is found to be is kept in memory ([`works`]) and made again
//! when it is not there any more; the file itself lies sealed in `upload` for thirty days.

pub(super) mod batch;
mod columns;
mod files;
mod meanings;
mod preview;
mod works;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;

use crate::base::web::{Access, Routes};
use crate::base::{App, Permission};

/// A form may carry several files.
const BODY_MAX: usize = 64 << 20;

pub fn routes(routes: Routes, app: &App) -> Routes {
    let only = Access::Only(Permission::Import);
    routes
        .get(app, "/imports", only, files::show)
        .post(app, "/imports", only, files::save.layer(DefaultBodyLimit::max(BODY_MAX)))
        .get(app, "/imports/files/{id}", only, columns::show)
        .post(app, "/imports/files/{id}", only, columns::save)
        .get(app, "/imports/files/{id}/preview", only, preview::show)
        .post(app, "/imports/files/{id}/who", only, preview::who)
        .get(app, "/imports/files/{id}/annotated.xlsx", only, preview::annotated)
        .post(app, "/imports/files/{id}/write", only, preview::write)
        .get(app, "/imports/files/{id}/writing", only, preview::writing)
        .post(app, "/imports/files/{id}/stop", only, preview::stop)
        .post(app, "/imports/files/{id}/remove", only, files::remove)
        .get(app, "/imports/{revision}", only, batch::show)
        .post(app, "/imports/{revision}/undo", only, batch::undo)
}

/// 步骤 — done, now, to come.
pub(super) struct Step {
    pub n: usize,
    pub title: &'static str,
    pub class: &'static str,
}

/// The four steps, of which `now` (from 1) is the present one.
pub(super) fn flow(now: usize) -> Vec<Step> {
    let titles = ["放文件", "认得什么", "会发生什么", "写入"];
    let class = |n: usize| match n.cmp(&now) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "at",
        std::cmp::Ordering::Greater => "",
    };
    titles.into_iter().zip(1..).map(|(title, n)| Step { n, title, class: class(n) }).collect()
}

/// 312 KB
pub(super) fn size(bytes: i64) -> String {
    if bytes < 1_000_000 { format!("{} KB", (bytes + 999) / 1000) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

/// A file's name without its ending, as a title.
pub(super) fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
