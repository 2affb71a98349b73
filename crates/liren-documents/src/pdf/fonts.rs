//! Finding the fonts of a 公文 on this machine and measuring with them. None may be bundled, so the operator's folder
//! comes first, then the system's, and every kind of face ends in the free Noto and Source Han families.

mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use krilla::text::{Font, GlyphId, Tag};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

use names::Named;

/// The faces a document is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// 仿宋
    Body,
    /// 楷体
    Kai,
    /// 黑体
    Hei,
    /// 小标宋
    Title,
    /// 宋体
    Song,
}

impl Face {
    const ALL: [Face; 5] = [Face::Body, Face::Kai, Face::Hei, Face::Title, Face::Song];

    /// Family names without spaces, marks and case, best first.
    fn families(self) -> &'static [&'static str] {
        match self {
            Face::Body => &[
                "仿宋gb2312", "fangsonggb2312", "仿宋", "fangsong", "方正仿宋gbk", "fzfangsongz02", "华文仿宋",
                "stfangsong", "朱雀仿宋", "zhuquefangsong",
            ],
            Face::Kai => &[
                "楷体gb2312", "kaitigb2312", "楷体", "kaiti", "方正楷体gbk", "华文楷体", "stkaiti", "kaitisc",
                "霞鹜文楷", "lxgwwenkai", "lxgwwenkaigb", "arplukaicn",
            ],
            Face::Hei => &[
                "黑体", "simhei", "方正黑体gbk", "华文黑体", "stheiti", "heitisc", "思源黑体", "sourcehansanssc",
                "sourcehansanscn", "notosanscjksc", "notosanssc", "pingfangsc", "microsoftyahei", "wenquanyizenhei",
                "wenquanyimicrohei",
            ],
            Face::Title => &["方正小标宋简体", "方正小标宋gbk", "fzxiaobiaosongb05s", "fzxiaobiaosongb05"],
            Face::Song => &["宋体", "simsun", "nsimsun", "方正书宋gbk", "华文宋体", "stsong", "songtisc"],
        }
    }

    fn weight(self) -> f32 {
        if self == Face::Title { 700.0 } else { 400.0 }
    }
}

/// Taken for any face that is not there, best first; the last are better than no PDF.
const OTHERS: [&str; 14] = [
    "notoserifcjksc", "notoserifsc", "思源宋体", "sourcehanserifsc", "sourcehanserifcn", "宋体", "simsun", "songtisc",
    "notosanscjksc", "notosanssc", "sourcehansanssc", "droidsansfallback", "wenquanyizenhei", "arplumingcn",
];

/// A font file in memory, ready to draw with.
pub struct Loaded {
    pub font: Font,
    path: PathBuf,
    data: Arc<Vec<u8>>,
    index: u32,
    weight: f32,
}

/// A character as a face shows it.
#[derive(Clone, Copy, Debug)]
pub struct Glyph {
    /// Position in [`Fonts::loaded`].
    pub font: usize,
    pub id: GlyphId,
    /// In shares of the size.
    pub advance: f32,
}

/// The fonts of one document and the glyphs of its characters.
///
/// They are read for every document and let go after it: a CJK family is some 25 MB, too much to keep in a server
/// that writes a report now and then.
pub struct Fonts {
    pub loaded: Vec<Loaded>,
    glyphs: BTreeMap<(Face, char), Glyph>,
}

impl Fonts {
    /// Fonts of the operator's folder, then of the system; nothing when neither has Chinese characters.
    pub fn find(folder: Option<&Path>, wanted: &BTreeSet<(Face, char)>) -> Option<Fonts> {
        Fonts::among(&folders(folder), wanted)
    }

    /// Fonts of these folders.
    pub fn among(folders: &[PathBuf], wanted: &BTreeSet<(Face, char)>) -> Option<Fonts> {
        let mut shelf = Shelf { named: names::all(folders), loaded: Vec::new(), places: BTreeMap::new() };
        let mut glyphs = BTreeMap::new();
        for face in Face::ALL {
            let mut characters: Vec<char> = wanted.iter().filter(|w| w.0 == face).map(|w| w.1).collect();
            if characters.is_empty() {
                continue;
            }
            let first = shelf.load(face, face.families()).or_else(|| shelf.load(face, &OTHERS))?;
            shelf.measure(face, first, &mut characters, &mut glyphs);
            // A rare character of a name that the face has not is taken from a wider one.
            for other in OTHERS {
                if characters.is_empty() {
                    break;
                }
                if let Some(font) = shelf.load(face, &[other]) {
                    shelf.measure(face, font, &mut characters, &mut glyphs);
                }
            }
            for c in characters {
                glyphs.insert((face, c), Glyph { font: first, id: GlyphId::new(0), advance: 1.0 });
            }
        }
        Some(Fonts { loaded: shelf.loaded, glyphs })
    }

    /// The glyph of a character that was wanted; an empty place for any other.
    pub fn glyph(&self, face: Face, c: char) -> Glyph {
        let nothing = Glyph { font: 0, id: GlyphId::new(0), advance: 1.0 };
        self.glyphs.get(&(face, c)).copied().unwrap_or(nothing)
    }
}

struct Shelf {
    named: Vec<Named>,
    loaded: Vec<Loaded>,
    /// Which file, index and weight is loaded where.
    places: BTreeMap<(PathBuf, u32, bool), Option<usize>>,
}

impl Shelf {
    /// The first of `families` that is there and can be read, in the weight of the face.
    fn load(&mut self, face: Face, families: &[&str]) -> Option<usize> {
        families.iter().find_map(|family| {
            let mut files: Vec<Named> = self.named.iter().filter(|n| n.is(family)).cloned().collect();
            let bold = face.weight() > 500.0;
            // The sort is stable: the operator's folder stays before the system's.
            files.sort_by_key(|n| n.distance(bold));
            files.into_iter().find_map(|n| self.open(&n, face.weight()))
        })
    }

    fn open(&mut self, named: &Named, weight: f32) -> Option<usize> {
        let key = (named.path.clone(), named.index, weight > 500.0);
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = self.read(named, weight);
        self.places.insert(key, place);
        place
    }

    fn read(&mut self, named: &Named, weight: f32) -> Option<usize> {
        // The fonts of a collection share its bytes.
        let shared = self.loaded.iter().find(|l| l.path == named.path).map(|l| l.data.clone());
        let data = match shared {
            Some(data) => data,
            None => Arc::new(std::fs::read(&named.path).ok()?),
        };
        // A variable font stands at its thinnest until told otherwise; a static one does not listen.
        let font = Font::new_variable(data.clone().into(), named.index, &[(Tag::new(b"wght"), weight)])?;
        self.loaded.push(Loaded { font, path: named.path.clone(), data, index: named.index, weight });
        Some(self.loaded.len() - 1)
    }

    /// Looks up `characters` in a font and keeps those it has not.
    fn measure(&self, face: Face, font: usize, characters: &mut Vec<char>, glyphs: &mut BTreeMap<(Face, char), Glyph>) {
        let loaded = &self.loaded[font];
        let Ok(reference) = skrifa::FontRef::from_index(&loaded.data, loaded.index) else {
            return;
        };
        let location = reference.axes().location([("wght", loaded.weight)]);
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::from(&location));
        let (map, em) = (reference.charmap(), loaded.font.units_per_em());
        characters.retain(|&c| {
            let Some(id) = map.map(c).filter(|id| id.to_u32() != 0) else {
                return true;
            };
            let advance = metrics.advance_width(id).unwrap_or(em) / em;
            glyphs.insert((face, c), Glyph { font, id: GlyphId::new(id.to_u32()), advance });
            false
        });
    }
}

/// Where fonts may be, the operator's folder first.
fn folders(folder: Option<&Path>) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = folder.into_iter().map(Path::to_owned).collect();
    let below = |variable: &str, tail: &str| std::env::var_os(variable).map(|v| PathBuf::from(v).join(tail));
    out.extend(below("HOME", ".fonts"));
    out.extend(below("HOME", ".local/share/fonts"));
    out.extend(below("HOME", "Library/Fonts"));
    out.extend(below("WINDIR", "Fonts"));
    out.extend(below("LOCALAPPDATA", "Microsoft/Windows/Fonts"));
    let system = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"];
    out.extend(system.map(PathBuf::from));
    out
}
