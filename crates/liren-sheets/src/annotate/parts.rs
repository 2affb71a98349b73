//! Comment parts, drawings and the summary sheet inside an existing package.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::annotate::{Fault, HEADER, LINK, Level, Line, Remark, SUMMARY, WIDTHS, by_cell, cell_of_place, summary};
use crate::book::{Fault as Broken, column_letters};
use crate::budget::Budget;
use crate::read::xlsx::{Listed, folder_of, main_part, relations, sheets};
use crate::read::{Package, normal, unreadable};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const AUTHOR: &str = "里仁导入检查";

/// Parts that replace those of the package, and parts that are new.
#[derive(Default)]
struct Changes {
    parts: BTreeMap<String, String>,
}

/// `None` when the package is no `.xlsx` (an `.ods`, an `.xlsb`).
pub(crate) fn annotate(original: &[u8], remarks: &[Remark], budget: &Budget) -> Result<Option<Vec<u8>>, Fault> {
    let mut package = Package::open(original, budget)?;
    let Some(main) = main_part(&mut package)? else {
        return Ok(None);
    };
    let (listed, _) = sheets(&mut package, &main)?;
    // A workbook that was annotated before has parts of ours already.
    let stamp = package.names().iter().filter(|n| n.contains("sheetLiren")).count() + 1;
    let mut changes = Changes::default();
    let mut overrides = String::new();
    for (at, (name, cells)) in by_cell(remarks).into_iter().enumerate() {
        let Some(sheet) = listed.iter().find(|l| l.name == name) else {
            continue;
        };
        sheet_comments(&mut package, sheet, &cells, stamp * 1_000 + at, &mut changes, &mut overrides)?;
    }
    summary_sheet(&mut package, &main, &listed, remarks, stamp, &mut changes, &mut overrides)?;
    content_types(&mut package, &overrides, &mut changes)?;
    Ok(Some(rewrite(original, &changes)?))
}

fn broken() -> Fault {
    Fault::Unreadable(unreadable(Broken::Broken))
}

fn escape(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').collect();
    quick_xml::escape::escape(&clean).into_owned()
}

/// The prefix of a document's root element: `x:` of `<x:worksheet …>`.
fn prefix_of(xml: &str, root: &str) -> String {
    xml.find(&format!(":{root}"))
        .and_then(|at| {
            let start = xml[..at].rfind('<')?;
            let prefix = &xml[start + 1..at];
            prefix.chars().all(char::is_alphanumeric).then(|| format!("{prefix}:"))
        })
        .unwrap_or_default()
}

/// Inserts before the last `</prefix:name>`.
fn insert_before_end(xml: &str, end: &str, addition: &str) -> Option<String> {
    let at = xml.rfind(end)?;
    Some(format!("{}{addition}{}", &xml[..at], &xml[at..]))
}

/// The path from the folder of one part to another, as an absolute target.
fn target(path: &str) -> String {
    format!("/{path}")
}

fn sheet_comments(
    package: &mut Package,
    sheet: &Listed,
    cells: &BTreeMap<(u32, u16), String>,
    number: usize,
    changes: &mut Changes,
    overrides: &mut String,
) -> Result<(), Fault> {
    let relations = relations(package, &sheet.path)?;
    let of_kind = |kind: &str| relations.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let mut rels_added = String::new();
    // 1. The texts
    let mut known: Vec<(u32, u16)> = Vec::new();
    match of_kind("comments").filter(|path| package.has(path)) {
        Some(path) => {
            let xml = package.text(&path)?.ok_or_else(broken)?;
            let mut before = Vec::new();
            crate::read::xlsx::parse_comments(&xml, &mut before);
            known = before.iter().map(|c| (c.row, c.column)).collect();
            changes.parts.insert(path, merged_comments(&xml, cells).ok_or_else(broken)?);
        }
        None => {
            let path = format!("xl/commentsLiren{number}.xml");
            changes.parts.insert(path.clone(), new_comments(cells));
            let _ = write!(
                rels_added,
                r#"<Relationship Id="rIdLirenC{number}" Type="{OFFICE}/comments" Target="{}"/>"#,
                target(&path)
            );
            let _ = write!(
                overrides,
                r#"<Override PartName="/{path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>"#
            );
        }
    }
    // 2. The boxes they show in
    let fresh: Vec<(u32, u16)> = cells.keys().copied().filter(|cell| !known.contains(cell)).collect();
    let sheet_xml = package.text(&sheet.path)?.ok_or_else(broken)?;
    let drawing = of_kind("vmlDrawing").filter(|path| package.has(path) && sheet_xml.contains("legacyDrawing "));
    match drawing {
        Some(path) => {
            let xml = package.text(&path)?.ok_or_else(broken)?;
            let shapes = shapes(&fresh, number, 5_000);
            changes.parts.insert(path, insert_before_end(&xml, "</xml>", &shapes).ok_or_else(broken)?);
        }
        None => {
            let path = format!("xl/drawings/vmlDrawingLiren{number}.vml");
            changes.parts.insert(path.clone(), new_drawing(&fresh, number));
            let _ = write!(
                rels_added,
                r#"<Relationship Id="rIdLirenV{number}" Type="{OFFICE}/vmlDrawing" Target="{}"/>"#,
                target(&path)
            );
            changes.parts.insert(sheet.path.clone(), with_legacy_drawing(&sheet_xml, number).ok_or_else(broken)?);
        }
    }
    if !rels_added.is_empty() {
        add_relations(package, &sheet.path, &rels_added, changes)?;
    }
    Ok(())
}

fn add_relations(package: &mut Package, part: &str, added: &str, changes: &mut Changes) -> Result<(), Fault> {
    let folder = folder_of(part);
    let path = format!("{folder}_rels/{}.rels", &part[folder.len()..]);
    let before = match changes.parts.get(&path) {
        Some(xml) => Some(xml.clone()),
        None => package.text(&path)?,
    };
    let xml = match before {
        Some(xml) if xml.contains("</Relationships>") => {
            insert_before_end(&xml, "</Relationships>", added).ok_or_else(broken)?
        }
        Some(xml) if xml.contains("<Relationships") && !xml.contains("<Relationship ") => {
            // An empty list closed in its own tag
            let open = xml.rfind("/>").ok_or_else(broken)?;
            format!("{}>{added}</Relationships>", &xml[..open])
        }
        Some(_) => return Err(broken()),
        None => format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{added}</Relationships>"#
        ),
    };
    changes.parts.insert(path, xml);
    Ok(())
}

fn comment(cell: (u32, u16), author: usize, text: &str, prefix: &str) -> String {
    format!(
        r#"<{prefix}comment ref="{}{}" authorId="{author}"><{prefix}text>{}</{prefix}text></{prefix}comment>"#,
        column_letters(cell.1),
        cell.0 + 1,
        run(text, prefix)
    )
}

fn run(text: &str, prefix: &str) -> String {
    format!(
        r#"<{prefix}r><{prefix}rPr><{prefix}sz val="9"/><{prefix}rFont val="宋体"/></{prefix}rPr><{prefix}t xml:space="preserve">{}</{prefix}t></{prefix}r>"#,
        escape(text)
    )
}

fn new_comments(cells: &BTreeMap<(u32, u16), String>) -> String {
    let mut list = String::new();
    for (cell, text) in cells {
        list.push_str(&comment(*cell, 0, text, ""));
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{MAIN}"><authors><author>{AUTHOR}</author></authors><commentList>{list}</commentList></comments>"#
    )
}

/// The old comments with ours added; where a cell has one already, ours follows it.
fn merged_comments(xml: &str, cells: &BTreeMap<(u32, u16), String>) -> Option<String> {
    let prefix = prefix_of(xml, "comments");
    let authors =
        xml.matches(&format!("<{prefix}author>")).count() + xml.matches(&format!("<{prefix}author/>")).count();
    let mut out =
        insert_before_end(xml, &format!("</{prefix}authors>"), &format!("<{prefix}author>{AUTHOR}</{prefix}author>"))?;
    let mut fresh = String::new();
    for (cell, text) in cells {
        let reference = format!(r#"ref="{}{}""#, column_letters(cell.1), cell.0 + 1);
        let Some(at) = out.find(&reference) else {
            fresh.push_str(&comment(*cell, authors, text, &prefix));
            continue;
        };
        let (open, close) = (format!("<{prefix}text>"), format!("</{prefix}text>"));
        let start = at + out[at..].find(&open)? + open.len();
        let end = start + out[start..].find(&close)?;
        let mut inner = out[start..end].to_owned();
        // A bare text becomes a run, so that another run may follow it.
        if !inner.contains(&format!("<{prefix}r>")) && !inner.contains(&format!("<{prefix}r ")) {
            inner = format!("<{prefix}r>{inner}</{prefix}r>");
        }
        inner.push_str(&run(&format!("\n{text}"), &prefix));
        out.replace_range(start..end, &inner);
    }
    insert_before_end(&out, &format!("</{prefix}commentList>"), &fresh)
}

fn shapes(cells: &[(u32, u16)], drawing: usize, first: usize) -> String {
    let mut out = String::new();
    for (at, (row, column)) in cells.iter().enumerate() {
        // The drawing may know the namespaces by other prefixes, so each shape declares its own.
        // 1024 ids for each drawing, as Excel counts them; beyond that they need only be unique.
        let id = 100_000 * drawing + first + at;
        let _ = write!(
            out,
            r##"<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;width:180pt;height:90pt;z-index:{z};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{c1}, 15, {r}, 2, {c2}, 31, {r2}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{r}</x:Row><x:Column>{c}</x:Column></x:ClientData></v:shape>"##,
            z = at + 1,
            c = column,
            c1 = column + 1,
            c2 = column + 4,
            r = row,
            r2 = row + 5,
        );
    }
    out
}

fn new_drawing(cells: &[(u32, u16)], number: usize) -> String {
    format!(
        r##"<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{}</xml>"##,
        shapes(cells, number, 1)
    )
}

/// The reference to the drawing, at the place the schema asks for.
fn with_legacy_drawing(xml: &str, number: usize) -> Option<String> {
    let prefix = prefix_of(xml, "worksheet");
    let element = format!(r#"<{prefix}legacyDrawing xmlns:liren="{OFFICE}" liren:id="rIdLirenV{number}"/>"#);
    // A reference to a drawing that is missing gives way to ours.
    let open = format!("<{prefix}legacyDrawing ");
    let mut xml = xml.to_owned();
    if let Some(at) = xml.find(&open) {
        let end = at + xml[at..].find("/>")? + 2;
        xml.replace_range(at..end, "");
    }
    let data_end =
        xml.rfind(&format!("</{prefix}sheetData>")).or_else(|| xml.find(&format!("<{prefix}sheetData/>")))?;
    let later = [
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
    ];
    let place = later
        .iter()
        .filter_map(|tag| {
            let found = xml[data_end..].find(&format!("<{prefix}{tag}"))?;
            Some(data_end + found)
        })
        .chain(xml.rfind(&format!("</{prefix}worksheet>")))
        .min()?;
    Some(format!("{}{element}{}", &xml[..place], &xml[place..]))
}

/// The summary as the first sheet of the workbook: coloured, with a filter and links to the cells.
fn summary_sheet(
    package: &mut Package,
    main: &str,
    listed: &[Listed],
    remarks: &[Remark],
    stamp: usize,
    changes: &mut Changes,
    overrides: &mut String,
) -> Result<(), Fault> {
    let names: Vec<&str> = listed.iter().map(|l| l.name.as_str()).collect();
    let lines = summary(remarks, &names);
    let colours = colours(package, main, changes)?;
    // A workbook that comes back a second time has a summary of ours: it gives way to the new one.
    if let Some(old) = listed.iter().find(|l| l.name.starts_with(SUMMARY) && l.path.contains("sheetLiren")) {
        changes.parts.insert(old.path.clone(), summary_xml(&lines, colours));
        return Ok(());
    }
    let mut name = SUMMARY.to_owned();
    let mut number = 2;
    while listed.iter().any(|l| l.name == name) {
        name = format!("{SUMMARY}({number})");
        number += 1;
    }
    let folder = folder_of(main).to_owned();
    let path = format!("{folder}worksheets/sheetLiren{stamp}.xml");
    changes.parts.insert(path.clone(), summary_xml(&lines, colours));
    let _ = write!(
        overrides,
        r#"<Override PartName="/{path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
    );
    let xml = package.text(main)?.ok_or_else(broken)?;
    let prefix = prefix_of(&xml, "workbook");
    let id = xml
        .split("sheetId=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse::<u32>().ok())
        .max()
        .unwrap_or(0)
        + 1;
    let entry = format!(
        r#"<{prefix}sheet name="{}" sheetId="{id}" xmlns:liren="{OFFICE}" liren:id="rIdLirenS{stamp}"/>"#,
        escape(&name)
    );
    changes.parts.insert(main.to_owned(), with_first_sheet(&xml, &prefix, &entry).ok_or_else(broken)?);
    // Two sheets that are both selected are one to whoever types next: only the summary is.
    for sheet in listed {
        let xml = match changes.parts.get(&sheet.path) {
            Some(xml) => Some(xml.clone()),
            None => package.text(&sheet.path)?,
        };
        if let Some(xml) =
            xml.filter(|xml| xml.get(..xml.len().min(8_000)).is_some_and(|head| head.contains("tabSelected=\"1\"")))
        {
            changes.parts.insert(sheet.path.clone(), xml.replacen("tabSelected=\"1\"", "tabSelected=\"0\"", 1));
        }
    }
    let relation =
        format!(r#"<Relationship Id="rIdLirenS{stamp}" Type="{OFFICE}/worksheet" Target="{}"/>"#, target(&path));
    add_relations(package, main, &relation, changes)
}

/// The workbook part with one more sheet before all others. What names sheets by their place moves on by one.
fn with_first_sheet(xml: &str, prefix: &str, entry: &str) -> Option<String> {
    let open = xml.find(&format!("<{prefix}sheets"))?;
    let at = open + xml[open..].find('>')? + 1;
    let end = at + xml[at..].find(&format!("</{prefix}sheets>"))?;
    let sheets = &xml[at..end];
    // Sheets without relations are known by their place: nothing may stand before them.
    if sheets.matches(":id=\"").count() < sheets.matches(&format!("<{prefix}sheet ")).count() {
        return Some(format!("{}{entry}{}", &xml[..end], &xml[end..]));
    }
    let mut out = format!("{}{entry}{}", &xml[..at], &xml[at..]);
    for name in ["activeTab", "firstSheet"] {
        out = renumbered(&out, name, |_| 0);
    }
    Some(renumbered(&out, "localSheetId", |n| n + 1))
}

/// Every `name="n"` with another number.
fn renumbered(xml: &str, name: &str, change: impl Fn(usize) -> usize) -> String {
    let mark = format!(" {name}=\"");
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find(&mark) {
        let start = at + mark.len();
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        match rest[..digits].parse() {
            Ok(n) => out.push_str(&change(n).to_string()),
            Err(_) => out.push_str(&rest[..digits]),
        }
        rest = &rest[digits..];
    }
    out.push_str(rest);
    out
}

/// The cell formats of the summary: plain, header, error, warning. Zeros where the book has no formats to add to.
type Colours = [usize; 4];

fn colours(package: &mut Package, main: &str, changes: &mut Changes) -> Result<Colours, Fault> {
    let path = relations(package, main)?
        .into_iter()
        .find(|r| r.kind == "styles")
        .map_or_else(|| format!("{}styles.xml", folder_of(main)), |r| r.target);
    let Some(xml) = package.text(&path)? else { return Ok([0; 4]) };
    let Some((xml, colours)) = with_colours(&xml) else { return Ok([0; 4]) };
    changes.parts.insert(path, xml);
    Ok(colours)
}

fn with_colours(xml: &str) -> Option<(String, Colours)> {
    let prefix = prefix_of(xml, "styleSheet");
    let fill = |rgb: &str| {
        format!(
            r#"<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{rgb}"/><{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>"#
        )
    };
    let fills: String = ["E7E6E6", "FFC7CE", "FFEB9C"].into_iter().map(fill).collect();
    let (xml, first_fill) = appended(xml, &prefix, "fills", "fill", &fills, 3)?;
    let format = |fill: usize| {
        format!(
            r#"<{prefix}xf numFmtId="0" fontId="0" fillId="{fill}" borderId="0" xfId="0" applyFill="1" applyAlignment="1"><{prefix}alignment vertical="top" wrapText="1"/></{prefix}xf>"#
        )
    };
    let formats: String = [0, first_fill, first_fill + 1, first_fill + 2].into_iter().map(format).collect();
    let (xml, first) = appended(&xml, &prefix, "cellXfs", "xf", &formats, 4)?;
    Some((xml, [first, first + 1, first + 2, first + 3]))
}

/// A list of the styles with entries at its end, and the place of the first of them.
fn appended(xml: &str, prefix: &str, list: &str, item: &str, added: &str, n: usize) -> Option<(String, usize)> {
    let open = xml.find(&format!("<{prefix}{list}"))?;
    let end = open + xml[open..].find(&format!("</{prefix}{list}>"))?;
    let before = xml[open..end].matches(&format!("<{prefix}{item}")).filter(|_| true).count();
    // `<fill` also begins `<fills`, and `<xf` nothing else.
    let before = if item == "fill" { xml[open..end].matches(&format!("<{prefix}fill>")).count() } else { before };
    let out = format!("{}{added}{}", &xml[..end], &xml[end..]);
    let head = &out[open..];
    let tag_end = open + head.find('>')?;
    let tag = renumbered(&out[open..tag_end], "count", |_| before + n);
    Some((format!("{}{tag}{}", &out[..open], &out[tag_end..]), before))
}

fn summary_xml(lines: &[Line], [plain, header, error, warning]: Colours) -> String {
    let mut data = String::new();
    let mut links = String::new();
    let row = |number: usize, cells: &[&str], style: usize, data: &mut String| {
        let _ = write!(data, r#"<row r="{number}">"#);
        for (column, text) in (0u16..).zip(cells) {
            let _ = write!(
                data,
                r#"<c r="{}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                column_letters(column),
                escape(text)
            );
        }
        data.push_str("</row>");
    };
    let head: Vec<&str> = HEADER.into_iter().chain([LINK]).collect();
    row(1, &head, header, &mut data);
    for (at, line) in lines.iter().enumerate() {
        let style = match line.level {
            Level::Error => error,
            Level::Warning => warning,
            Level::Note => plain,
        };
        let cell = cell_of_place(&line.place);
        let cells: Vec<&str> = line.cells.iter().map(String::as_str).chain([cell]).collect();
        row(at + 2, &cells, style, &mut data);
        let _ = write!(links, r#"<hyperlink ref="H{}" location="{}" display="{cell}"/>"#, at + 2, escape(&line.place));
    }
    let mut columns = String::new();
    for (at, width) in WIDTHS.iter().enumerate() {
        let _ = write!(columns, r#"<col min="{n}" max="{n}" width="{width}" customWidth="1"/>"#, n = at + 1);
    }
    // Excel opens no workbook with more links than this in a sheet.
    let links = if links.is_empty() || lines.len() > 65_000 {
        String::new()
    } else {
        format!("<hyperlinks>{links}</hyperlinks>")
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>{data}</sheetData><autoFilter ref="A1:H{last}"/>{links}</worksheet>"#,
        last = lines.len() + 1
    )
}

fn content_types(package: &mut Package, overrides: &str, changes: &mut Changes) -> Result<(), Fault> {
    const PATH: &str = "[Content_Types].xml";
    let xml = package.text(PATH)?.ok_or_else(broken)?;
    let lower = xml.to_ascii_lowercase();
    let mut added = String::new();
    if !lower.contains(r#"extension="vml""#) {
        added.push_str(
            r#"<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>"#,
        );
    }
    // Defaults may stand among the overrides, but Excel writes them first.
    let at = xml.find("<Override").or_else(|| xml.rfind("</Types>")).ok_or_else(broken)?;
    let xml = format!("{}{added}{}", &xml[..at], &xml[at..]);
    let xml = insert_before_end(&xml, "</Types>", overrides).ok_or_else(broken)?;
    changes.parts.insert(PATH.to_owned(), xml);
    Ok(())
}

/// Copies the package part by part without unpacking it, except for the changed ones.
fn rewrite(original: &[u8], changes: &Changes) -> Result<Vec<u8>, Fault> {
    let mut archive = ZipArchive::new(Cursor::new(original)).map_err(|_| broken())?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(original.len() + (64 << 10))));
    let mut written: Vec<String> = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|_| broken())?;
        let name = file.name().map_err(|_| broken())?.into_owned();
        let plain = name.replace('\\', "/");
        let changed = changes.parts.iter().find(|(path, _)| normal(path) == normal(&name));
        match changed {
            None if plain == name => out.raw_copy_file(file).map_err(|_| broken())?,
            None => out.raw_copy_file_rename(file, plain.as_str()).map_err(|_| broken())?,
            Some((path, text)) => {
                drop(file);
                put(&mut out, path, text)?;
            }
        }
        written.push(normal(&name));
    }
    for (name, text) in &changes.parts {
        if !written.contains(&normal(name)) {
            put(&mut out, name, text)?;
        }
    }
    Ok(out.finish().map_err(|_| broken())?.into_inner())
}

fn put(out: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str) -> Result<(), Fault> {
    out.start_file(name, SimpleFileOptions::default()).map_err(|_| broken())?;
    out.write_all(text.as_bytes()).map_err(|_| broken())
}
