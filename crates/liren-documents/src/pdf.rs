//! PDF, in the layout of GB/T 9704-2012: a fixed grid of 22 lines of 28 characters with the fonts of this machine
//! embedded in part. Text can be searched and copied, and is tagged for screen readers.

mod fonts;
mod lines;
mod pages;
mod slabs;
#[cfg(test)]
mod tests;

use std::num::NonZeroU16;
use std::path::Path;

use krilla::SerializeSettings;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::text::KrillaGlyph;

use crate::{Document, official};
use fonts::Fonts;
use lines::Char;
use pages::{Pages, Part};
use slabs::Text;

/// Why there is no PDF, in both languages.
#[derive(Debug)]
pub struct Unwritable {
    pub zh: String,
    pub en: String,
}

/// The document as the bytes of a PDF; `fonts` is a folder that is searched before the system's.
pub fn write(doc: &Document, fonts: Option<&Path>) -> Result<Vec<u8>, Unwritable> {
    let fonts = Fonts::find(fonts, &pages::wanted(doc)).ok_or_else(no_fonts)?;
    let set = pages::set(doc, &fonts);
    let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
    let mut pdf = krilla::Document::new_with(settings);
    let title = official::visible(&doc.title).replace(['\n', '\t'], " ");
    pdf.set_metadata(Metadata::new().title(title).language("zh-CN".to_owned()).creator("Liren".to_owned()));
    let mut marks: Vec<Vec<Identifier>> = vec![Vec::new(); set.parts.len()];
    for page in &set.pages {
        let (width, height) = official::PAGE;
        let size = PageSettings::from_wh(width, height).ok_or_else(|| fault("page size"))?;
        let mut sheet = pdf.start_page_with(size);
        let mut surface = sheet.surface();
        rules(&mut surface, &page.rules);
        for text in &page.texts {
            draw(&mut surface, text, &fonts, &mut marks);
        }
        surface.finish();
        sheet.finish();
    }
    pdf.set_tag_tree(tree(&set, marks));
    pdf.finish().map_err(|e| fault(&format!("{e:?}")))
}

fn no_fonts() -> Unwritable {
    Unwritable {
        zh: "没有找到中文字体，无法生成 PDF。请安装 fonts-noto-cjk（Debian、Ubuntu：apt install fonts-noto-cjk），\
             或把仿宋、楷体、黑体、小标宋字体放进 LIREN_FONTS 指定的文件夹后重试。Word 文件不受影响，内容完整。"
            .into(),
        en: "No font with Chinese characters was found, so there is no PDF. Install fonts-noto-cjk (Debian, Ubuntu: \
             apt install fonts-noto-cjk) or put FangSong, KaiTi, SimHei and XiaoBiaoSong into the folder that \
             LIREN_FONTS names, then try again. The Word file is complete without them."
            .into(),
    }
}

fn fault(what: &str) -> Unwritable {
    Unwritable {
        zh: format!("生成 PDF 时出错（{what}）。Word 文件内容完整，可先使用 Word 文件；请把此信息转给系统管理员。"),
        en: format!(
            "The PDF could not be written ({what}). The Word file is complete; use it and pass this message to whoever runs the system."
        ),
    }
}

/// The lines of tables: nothing a screen reader should read.
fn rules(surface: &mut Surface, rules: &[[f32; 4]]) {
    let mut path = PathBuilder::new();
    for [x1, y1, x2, y2] in rules {
        path.move_to(*x1, *y1);
        path.line_to(*x2, *y2);
    }
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { width: 0.5, ..Stroke::default() }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.end_tagged();
}

fn draw(surface: &mut Surface, text: &Text, fonts: &Fonts, marks: &mut [Vec<Identifier>]) {
    let line = &text.line;
    if line.chars.is_empty() {
        return;
    }
    match text.part {
        Some(part) => marks[part].push(surface.start_tagged(ContentTag::Span(SpanTag::empty()))),
        None => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)));
        }
    }
    let mut x = text.x;
    for run in line.chars.chunk_by(|a, b| (a.font, a.size, a.bold) == (b.font, b.size, b.bold)) {
        glyphs(surface, Point::from_xy(x, text.y), run, fonts);
        x += run.iter().map(|c| c.width).sum::<f32>();
    }
    surface.end_tagged();
}

/// Characters of one font, size and weight.
fn glyphs(surface: &mut Surface, start: Point, run: &[Char], fonts: &Fonts) {
    let Some(Char { font, size, bold, .. }) = run.first() else {
        return;
    };
    let Some(loaded) = fonts.loaded.get(*font) else {
        return;
    };
    let mut text = String::new();
    let glyph = |c: &Char| {
        let from = text.len();
        text.push(c.c);
        KrillaGlyph::new(c.id, c.width / size, c.shift / size, 0.0, 0.0, from..text.len(), None)
    };
    let glyphs: Vec<KrillaGlyph> = run.iter().map(glyph).collect();
    surface.set_fill(Some(Fill::default()));
    // 仿宋 and 楷体 have no bold of their own; an outline does for all faces.
    surface.set_stroke(bold.then(|| Stroke { width: size * 0.03, ..Stroke::default() }));
    surface.draw_glyphs(start, &glyphs, loaded.font.clone(), &text, *size, false);
    surface.set_stroke(None);
}

/// The tags in the order of the text; the parts of a table are gathered in it.
fn tree(set: &Pages, marks: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
    let mut table: Option<(usize, TagGroup)> = None;
    let mut row: Option<(usize, TagGroup)> = None;
    for (part, marks) in set.parts.iter().zip(marks) {
        let here = match part {
            Part::Caption(table) | Part::Cell(table, _) => Some(*table),
            _ => None,
        };
        let in_row = if let Part::Cell(_, row) = part { Some(*row) } else { None };
        if row.as_ref().map(|r| r.0) != in_row || table.as_ref().map(|t| t.0) != here {
            if let (Some((_, row)), Some((_, table))) = (row.take(), table.as_mut()) {
                table.push(row);
            }
            row = in_row.map(|r| (r, TagGroup::new(Tag::TR)));
        }
        if table.as_ref().map(|t| t.0) != here {
            if let Some((_, done)) = table.take() {
                tree.push(done);
            }
            table = here.map(|t| (t, TagGroup::new(Tag::Table)));
        }
        let marks: Vec<Node> = marks.into_iter().map(Node::from).collect();
        match part {
            Part::Heading(level) => {
                let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
                tree.push(TagGroup::with_children(Tag::Hn(level, None), marks));
            }
            Part::Paragraph => tree.push(TagGroup::with_children(Tag::P, marks)),
            Part::Caption(_) => {
                if let Some((_, table)) = table.as_mut() {
                    table.push(TagGroup::with_children(Tag::Caption, marks));
                }
            }
            Part::Cell(_, number) => {
                let cell = match number {
                    0 => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), marks),
                    _ => TagGroup::with_children(Tag::TD, marks),
                };
                if let Some((_, row)) = row.as_mut() {
                    row.push(cell);
                }
            }
        }
    }
    if let (Some((_, row)), Some((_, table))) = (row, table.as_mut()) {
        table.push(row);
    }
    if let Some((_, table)) = table {
        tree.push(table);
    }
    tree
}
