//! No route exists without saying who may use it.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};

use super::{assets, guard};
use crate::base::{App, Permission};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// Those with the permission.
    Only(Permission),
}

/// The routes of the product, joined from the slices.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    /// Method, path and access of every route: the best map of the product.
    pub list: Vec<(&'static str, &'static str, Access)>,
}

impl Routes {
    pub fn get<H, T>(self, app: &App, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(app, "GET", path, access, get(handler))
    }

    pub fn post<H, T>(self, app: &App, path: &'static str, access: Access, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(app, "POST", path, access, post(handler))
    }

    fn add(
        mut self,
        app: &App,
        method: &'static str,
        path: &'static str,
        access: Access,
        handler: MethodRouter<App>,
    ) -> Routes {
        let state = Arc::new((app.clone(), access));
        let guarded = handler.layer(app.csrf.clone()).layer(middleware::from_fn_with_state(state, guard::check));
        self.router = self.router.route(path, guarded);
        self.list.push((method, path, access));
        self
    }

    /// The service: routes, assets, and the headers every answer carries.
    pub fn into_service(self, app: App) -> Router {
        self.router
            .route("/assets/{hash}/{name}", get(assets::serve))
            .fallback(guard::missing)
            .layer(middleware::from_fn(guard::headers))
            .layer(tower_http::compression::CompressionLayer::new())
            .with_state(app)
    }
}
