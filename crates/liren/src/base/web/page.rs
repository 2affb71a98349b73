//! What every page has around it.

use super::asset_path;
use super::guard::{Looks, Visitor};
use crate::base::{App, Lang, Nav};

/// 页面外壳 — language, navigation, who is signed in. Every page struct holds one as `s`.
#[derive(Clone)]
pub struct Shell {
    pub lang: Lang,
    pub looks: Looks,
    pub title: String,
    /// Address of the navigation entry this page belongs to.
    pub current: &'static str,
    pub person: Option<(String, &'static str)>,
    pub place: String,
    pub today: String,
    /// Path and query, to come back to when the language changes.
    pub address: String,
    pub nav: Vec<NavItem>,
    /// What was just done.
    pub flash: Option<Flash>,
}

/// 刚做完的事 — what a form has just written, and whether it can be taken back from here.
#[derive(Clone)]
pub struct Flash {
    pub revision: i64,
    pub text: String,
    pub undo: bool,
}

/// One entry of the navigation.
#[derive(Clone)]
pub struct NavItem {
    pub href: &'static str,
    pub icon: &'static str,
    pub title: &'static str,
    pub here: bool,
}

/// The entries of the navigation a visitor may open.
fn open_to(visitor: &Visitor) -> impl Iterator<Item = &'static Nav> {
    let nav = visitor.slices.nav().into_iter();
    nav.filter(|nav| visitor.actor.as_ref().is_some_and(|a| a.may(nav.permission)))
}

fn navigation(visitor: &Visitor, current: &str) -> Vec<NavItem> {
    open_to(visitor)
        .map(|nav| NavItem { href: nav.href, icon: nav.icon, title: nav.title, here: nav.href == current })
        .collect()
}

/// Where a visitor may go from a page that could not be shown.
pub fn ways_out(visitor: &Visitor) -> Vec<(&'static str, &'static str)> {
    if visitor.actor.is_none() {
        return vec![("/sign-in", "登录")];
    }
    open_to(visitor).map(|nav| (nav.href, nav.title)).collect()
}

/// How many entries stand below a page on a phone, besides 更多.
const FEW: usize = 4;

impl Shell {
    /// `current` is the navigation entry's address; `place` names the part of the tree being looked at.
    pub fn new(app: &App, visitor: &Visitor, title: &str, current: &'static str, place: &str) -> Shell {
        let nav = navigation(visitor, current);
        Shell {
            lang: visitor.lang,
            looks: visitor.looks,
            title: title.to_owned(),
            current,
            person: visitor.actor.as_ref().map(|a| (a.name.clone(), a.role().title())),
            place: place.to_owned(),
            today: app.clock.today().to_string(),
            address: visitor.address.clone(),
            nav,
            flash: None,
        }
    }

    /// A shell for pages that stand outside the product: an error before anything is known.
    pub fn bare(visitor: &Visitor, title: &str) -> Shell {
        Shell {
            lang: visitor.lang,
            looks: visitor.looks,
            title: title.to_owned(),
            current: "",
            person: visitor.actor.as_ref().map(|a| (a.name.clone(), a.role().title())),
            place: String::new(),
            today: String::new(),
            address: visitor.address.clone(),
            nav: navigation(visitor, ""),
            flash: None,
        }
    }

    /// The word in the page's language.
    pub fn t<'a>(&self, key: &'a str) -> &'a str {
        self.lang.t(key)
    }

    /// The sentence in the page's language with a number in its place `{n}`.
    pub fn n(&self, key: &str, n: impl std::fmt::Display) -> String {
        self.lang.t_with(key, &[("n", &n.to_string())])
    }

    pub fn asset(&self, name: &str) -> String {
        asset_path(name)
    }

    /// The entries a phone has room for below the page: the first, and the one being looked at; the rest is a page.
    pub fn few(&self) -> Vec<&NavItem> {
        let here = self.nav.iter().skip(FEW).find(|item| item.here);
        let first = if here.is_some() { FEW - 1 } else { FEW };
        self.nav.iter().take(first).chain(here).collect()
    }

    /// The address without what was just done.
    pub fn path(&self) -> &str {
        self.address.split('?').next().unwrap_or("/")
    }

    /// An icon of the sprite.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", asset_path("icons.svg"))
    }

    /// The first character of a name, for its picture.
    pub fn first(&self, name: &str) -> String {
        name.chars().next().map(String::from).unwrap_or_default()
    }

    pub fn initial(&self) -> String {
        self.person.as_ref().and_then(|(name, _)| name.chars().next()).map(String::from).unwrap_or_default()
    }
}
