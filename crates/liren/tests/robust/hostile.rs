//! Foreign files made to do harm. Each is read, or ends with a sentence, in five seconds and half a gigabyte; the server
//! that receives it goes on answering others.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::server::{ask, get, sign_in};
use crate::{Folder, Server, done};

fn package(parts: &[(&str, &dyn Fn(&mut dyn std::io::Write))]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, write) in parts {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        let mut buffered = std::io::BufWriter::with_capacity(1 << 20, &mut zip);
        write(&mut buffered);
        buffered.flush().unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(body: &dyn Fn(&mut dyn std::io::Write)) -> Vec<u8> {
    package(&[("word/document.xml", &|out| {
        out.write_all(b"<w:document><w:body>").unwrap();
        body(out);
        out.write_all(b"</w:body></w:document>").unwrap();
    })])
}

fn xlsx(sheet: &dyn Fn(&mut dyn std::io::Write)) -> Vec<u8> {
    package(&[
        ("xl/workbook.xml", &|out| {
            out.write_all(
                r#"<workbook><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>"#.as_bytes(),
            )
            .unwrap();
        }),
        ("xl/_rels/workbook.xml.rels", &|out| {
            out.write_all(br#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#)
                .unwrap();
        }),
        ("xl/worksheets/sheet1.xml", &|out| {
            out.write_all(b"<worksheet><sheetData>").unwrap();
            sheet(out);
            out.write_all(b"</sheetData></worksheet>").unwrap();
        }),
    ])
}

fn repeat(out: &mut dyn std::io::Write, piece: &str, times: usize) {
    for _ in 0..times {
        out.write_all(piece.as_bytes()).unwrap();
    }
}

fn head() -> String {
    let cell = |t: &str| format!(r#"<c t="str"><v>{t}</v></c>"#);
    format!("<row>{}</row>", ["姓名", "身份证号", "与户主关系", "家庭住址"].map(cell).concat())
}

/// A workbook of the old kind whose sheet says that it has this many rows and columns.
fn xls_of(rows: u32, columns: u16) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    };
    let bof = |kind: u16| record(0x809, &[&0x600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let globals = |at: u32| {
        let sheet = [&at.to_le_bytes()[..], &[0, 0, 1, 0], b"a"].concat();
        [bof(5), record(0x85, &sheet), record(0x0a, &[])].concat()
    };
    let start = u32::try_from(globals(0).len()).unwrap();
    let size =
        [&0u32.to_le_bytes()[..], &rows.to_le_bytes(), &0u16.to_le_bytes(), &columns.to_le_bytes(), &[0, 0]].concat();
    let number = |row: u16, column: u16| {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        record(0x203, &[&place[..], &1f64.to_le_bytes()].concat())
    };
    let cells = [number(0, 0), number(u16::MAX, columns.min(255))].concat();
    let mut stream = [globals(start), bof(0x10), record(0x200, &size), cells, record(0x0a, &[])].concat();
    stream.resize(stream.len().div_ceil(512).max(8) * 512, 0);
    // One sector of its table, one of its directory, then the stream.
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    file.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    file.resize(44, 0);
    for n in [1u32, 1, 0, 4096, 0xffff_fffe, 0, 0xffff_fffe, 0, 0] {
        file.extend(n.to_le_bytes());
    }
    file.resize(512, 0xff);
    let mut table = vec![0xffff_fffdu32, 0xffff_fffe];
    table.extend((0..sectors).map(|n| if n + 1 == sectors { 0xffff_fffe } else { n + 3 }));
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    file.resize(1024, 0xff);
    let entry = |name: &str, kind: u8, child: u32, at: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for n in [0xffff_ffffu32, 0xffff_ffff, child] {
            entry.extend(n.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(at.to_le_bytes());
        entry.extend(u32::try_from(size).unwrap().to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    file.extend(entry("Root Entry", 5, 1, 0xffff_fffe, 0));
    file.extend(entry("Workbook", 2, 0xffff_ffff, 2, stream.len()));
    file.resize(1536, 0);
    file.extend(stream);
    file
}

/// Reports and workbooks, by the name of their file.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let text = |piece: &str, characters: usize| piece.repeat(characters / piece.chars().count()).into_bytes();
    let paragraph = |t: &str| format!("<w:p><w:r><w:t>{t}</w:t></w:r></w:p>");
    vec![
        (
            "prose.docx",
            docx(&|out| {
                out.write_all(b"<w:p><w:r><w:t>").unwrap();
                repeat(out, "共有居民100人，", 6_000_000);
                out.write_all(b"</w:t></w:r></w:p>").unwrap();
            }),
        ),
        ("just-below.docx", docx(&|out| repeat(out, &paragraph("总人口100人，其中男60人，女50人。"), 75_000))),
        ("paragraphs.docx", docx(&|out| repeat(out, "<w:p/>", 3_000_000))),
        (
            "cells.docx",
            docx(&|out| {
                out.write_all(b"<w:tbl><w:tr>").unwrap();
                repeat(out, "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>", 700_000);
                out.write_all(b"</w:tr></w:tbl>").unwrap();
            }),
        ),
        (
            "deep.docx",
            docx(&|out| {
                repeat(out, "<w:tbl><w:tr><w:tc>", 99);
                repeat(out, &paragraph(&"深".repeat(1_000)), 1_400);
                repeat(out, "</w:tc></w:tr></w:tbl>", 99);
            }),
        ),
        ("deeper.docx", docx(&|out| repeat(out, "<w:tbl><w:tr><w:tc><w:p><w:txbxContent>", 400_000))),
        (
            "styles.docx",
            package(&[
                ("word/document.xml", &|out| {
                    out.write_all(b"<w:document>").unwrap();
                    repeat(out, &paragraph("正文"), 10);
                    out.write_all(b"</w:document>").unwrap();
                }),
                ("word/styles.xml", &|out| {
                    for n in 0..400_000 {
                        write!(out, "<w:style w:styleId=\"s{n}\"><w:basedOn w:val=\"s{}\"/></w:style>", n + 1).unwrap();
                    }
                }),
            ]),
        ),
        ("numerals.txt", text("一", 60_000)),
        ("digits.txt", text("1", 400_000)),
        ("ratios.txt", text("完成率98%减少2个", 1_400_000)),
        ("brackets.txt", text("（其中男1人）", 400_000)),
        ("lines.txt", text("1\n", 1_400_000)),
        ("columns.txt", text("甲\t1\t2\n", 1_400_000)),
        ("nested.html", text("<table><tr><td>1", 1_400_000)),
        ("unclosed.html", text("<p title=\"a>1<b", 1_400_000)),
        ("entities.html", text("<p>&#x4e00;&amp;&lt;", 1_400_000)),
        ("scan.pdf", [b"%PDF-1.7\n".to_vec(), vec![b'a'; 1 << 20]].concat()),
        ("zeros.txt", vec![0; 4 << 20]),
        (
            "rows.xlsx",
            xlsx(&|out| {
                out.write_all(head().as_bytes()).unwrap();
                repeat(out, "<row/>", 9_000_000);
            }),
        ),
        (
            "wide.xlsx",
            xlsx(&|out| {
                out.write_all(head().as_bytes()).unwrap();
                for row in 2..6_000 {
                    write!(
                        out,
                        r#"<row r="{row}"><c r="A{row}" t="str"><v>王军</v></c><c r="XFD{row}"><v>1</v></c></row>"#
                    )
                    .unwrap();
                }
            }),
        ),
        (
            "full.xlsx",
            xlsx(&|out| {
                let row = format!("<row>{}</row>", r#"<c t="str"><v>姓名</v></c>"#.repeat(1_000));
                repeat(out, &row, 2_400);
            }),
        ),
        (
            "name.xlsx",
            xlsx(&|out| {
                out.write_all(head().as_bytes()).unwrap();
                for n in 0..60 {
                    write!(
                        out,
                        r#"<row><c t="str"><v>{}</v></c><c/><c/><c t="str"><v>{}</v></c></row>"#,
                        "王".repeat(30_000),
                        "1-".repeat(15_000 + n)
                    )
                    .unwrap();
                }
            }),
        ),
        (
            "references.xlsx",
            xlsx(&|out| {
                repeat(out, r#"<c r="ZZZZ99999999999"/><c r="XFE1"><v>1</v></c><c/>"#, 200_000);
            }),
        ),
        (
            "unseen.xlsx",
            xlsx(&|out| {
                out.write_all(head().as_bytes()).unwrap();
                repeat(out, r#"<row><c t="str"><v>王_x0000_军_x0001_</v></c><c/><c t="str"><v>户主</v></c></row>"#, 50);
            }),
        ),
        (
            "merges.xlsx",
            xlsx(&|out| {
                out.write_all(head().as_bytes()).unwrap();
                repeat(out, r#"<mergeCell ref="A1:XFD1048576"/>"#, 600_000);
            }),
        ),
        (
            "strings.xlsx",
            package(&[
                ("xl/workbook.xml", &|out| {
                    out.write_all(br#"<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>"#).unwrap();
                }),
                ("xl/sharedStrings.xml", &|out| repeat(out, "<si><t>长长长长长长长长长长</t></si>", 1_500_000)),
            ]),
        ),
        (
            "sheets.xlsx",
            package(&[
                ("xl/workbook.xml", &|out| {
                    out.write_all(b"<workbook><sheets>").unwrap();
                    for n in 0..60_000 {
                        write!(out, r#"<sheet name="{n}" r:id="r{n}"/>"#).unwrap();
                    }
                    out.write_all(b"</sheets></workbook>").unwrap();
                }),
                ("xl/_rels/workbook.xml.rels", &|out| {
                    for n in 0..60_000 {
                        write!(
                            out,
                            r#"<Relationship Id="r{n}" Type="x/worksheet" Target="worksheets/sheet{}.xml"/>"#,
                            n % 3
                        )
                        .unwrap();
                    }
                }),
                ("xl/worksheets/sheet0.xml", &|out| repeat(out, "<row><c><v>1</v></c></row>", 5_000)),
            ]),
        ),
        ("claims.xls", xls_of(u32::MAX, u16::MAX)),
        ("corners.xls", xls_of(65_536, 256)),
        (
            "repeated.ods",
            package(&[
                ("mimetype", &|out| out.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap()),
                ("content.xml", &|out| {
                    out.write_all(
                    r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>姓名</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
                        .as_bytes(),
                )
                .unwrap();
                }),
            ]),
        ),
        ("quotes.csv", format!("姓名,身份证号\n{}", "\"王军,1\n".repeat(12_000)).into_bytes()),
        ("commas.csv", format!("姓名,身份证号\n{}", ",".repeat(4 << 20)).into_bytes()),
        ("blank.csv", format!("姓名,身份证号\n{}", "\n".repeat(8 << 20)).into_bytes()),
    ]
}

fn is_table(name: &str) -> bool {
    [".xlsx", ".xls", ".ods", ".csv"].iter().any(|e| name.ends_with(e))
}

/// How a command went.
struct Run {
    code: i32,
    said: String,
    /// What it and those it began computed: the same on a machine that is busy with other things.
    computed: Duration,
    took: Duration,
    /// The most memory any of them had, in bytes.
    memory: u64,
}

fn measured(command: &Command) -> Run {
    let begun = Instant::now();
    // The shell tells at the end what its children computed.
    let mut timed = Command::new("sh");
    timed.args(["-c", "\"$0\" \"$@\"; code=$?; echo; times; exit $code"]);
    timed.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    let mut child = timed.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let hear = |from: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).map(|_| bytes).unwrap()
    };
    std::thread::scope(|scope| {
        let out = scope.spawn(move || hear(&mut out));
        let err = scope.spawn(move || hear(&mut err));
        let mut memory = 0;
        let status = loop {
            memory = memory.max(below(child.id()));
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let took = begun.elapsed();
        let (out, err) = (out.join().unwrap(), err.join().unwrap());
        let out = String::from_utf8_lossy(&out).into_owned();
        let computed = out.lines().next_back().map(seconds).unwrap();
        Run { code: status.code().unwrap_or(-1), said: out + &String::from_utf8_lossy(&err), computed, took, memory }
    })
}

/// `0m1.50s 0m0.25s`, added.
fn seconds(line: &str) -> Duration {
    let one = |word: &str| {
        let (minutes, seconds) = word.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    Duration::from_secs_f64(line.split_whitespace().map(one).sum())
}

/// The largest resident memory that a process or any below it has had.
fn below(root: u32) -> u64 {
    let mut parents = std::collections::HashMap::new();
    let mut sizes = std::collections::HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(status) = std::fs::read_to_string(entry.path().join("status")) else { continue };
        let field = |name: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        if let Some(parent) = field("PPid:") {
            parents.insert(pid, u32::try_from(parent).unwrap());
        }
        sizes.insert(pid, field("VmHWM:").unwrap_or(0) * 1024);
    }
    let descends = |mut pid: u32| {
        for _ in 0..16 {
            if pid == root {
                return true;
            }
            match parents.get(&pid) {
                Some(parent) => pid = *parent,
                None => return false,
            }
        }
        false
    };
    sizes.iter().filter(|(pid, _)| descends(**pid)).map(|(_, size)| *size).max().unwrap_or(0)
}

fn command_for(folder: &Folder, path: &Path, name: &str) -> Command {
    if is_table(name) {
        let mut import = folder.import(path);
        import.arg("--annotated").arg(folder.0.join("annotated.xlsx"));
        return import;
    }
    let mut proof = crate::liren();
    proof.arg("proof").arg(path);
    proof
}

#[test]
fn each_hostile_file_ends_in_time_and_within_its_memory() {
    let (folder, _) = Folder::community("hostile", 0);
    let mut wrong = Vec::new();
    for (name, bytes) in files() {
        let path = folder.0.join(name);
        std::fs::write(&path, &bytes).unwrap();
        let run = measured(&command_for(&folder, &path, name));
        let told = run.said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        if !(run.code == 0 || run.code == 1 || run.code == 2 && told) || run.said.contains("程序出错了") {
            let said: String = run.said.chars().take(200).collect();
            wrong.push(format!("{name}: ended with {}: {said}", run.code));
        }
        // Not a speed: this is a slow build on a machine that others use. What has no end is killed by its own limit.
        let late = run.computed > Duration::from_secs(30) || run.took > Duration::from_secs(180);
        if late || run.memory > 512 << 20 {
            wrong.push(format!("{name}: {:?} of {:?}, {} MB", run.computed, run.took, run.memory >> 20));
        }
        std::fs::remove_file(&path).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The folder is as good as new.
    done(&mut folder.liren(&["figure", "population.total"]));
}

fn upload(name: &str, bytes: &[u8], cookie: &str) -> Vec<u8> {
    let mut body =
        format!("--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--part--\r\n");
    let head = format!(
        "POST /proof HTTP/1.1\r\nhost: x\r\norigin: http://x\r\ncookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=part\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[test]
fn a_server_that_receives_hostile_files_answers_others_meanwhile() {
    let (folder, _) = Folder::peopled("hostile-server", 60);
    done(
        folder
            .liren(&["user", "add", "--login", "ling", "--name", "凌", "--role", "worker"])
            .env("LIREN_PASSWORD", "a-long-password"),
    );
    let server = Server::start(&folder.data());
    let cookie = sign_in(&server, "ling", "a-long-password");
    let files: Vec<(&str, Vec<u8>)> = files().into_iter().filter(|(_, bytes)| bytes.len() < 15 << 20).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    std::thread::scope(|scope| {
        // Four people with nothing but harm in mind.
        let uploading: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some((name, bytes)) = files.get(n) else { return };
                        let (answer, took) = ask(&server, &upload(name, bytes, &cookie));
                        let code = answer.get(9..12).unwrap_or_default();
                        assert!(
                            ["200", "422", "503"].contains(&code),
                            "{name}: {}",
                            answer.chars().take(300).collect::<String>()
                        );
                        // They wait for one another: two are read at a time.
                        assert!(took < Duration::from_secs(30), "{name}: {took:?}");
                    }
                })
            })
            .collect();
        while uploading.iter().any(|u| !u.is_finished()) {
            let (page, took) = get(&server, &cookie, "/people");
            assert!(page.starts_with("HTTP/1.1 200"), "{page}");
            slowest = slowest.max(took);
            asked += 1;
            std::thread::sleep(Duration::from_millis(30));
        }
    });
    assert!(asked > 20, "{asked}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    let (page, _) = get(&server, &cookie, "/proof");
    assert!(page.starts_with("HTTP/1.1 200"));
}

#[test]
fn a_large_file_is_said_to_be_large_and_read_when_that_is_asked_for() {
    let (folder, _) = Folder::community("large", 0);
    let roster = folder.0.join("大表.csv");
    // More cells than a person uploads.
    let mut text = crate::roster_of(200);
    text.push_str(&format!("{}\n", ",".repeat(8)).repeat(10));
    text.push_str(&format!("{}x\n", ",".repeat(1_000)).repeat(5_200));
    std::fs::write(&roster, text).unwrap();
    let said = crate::refused(&mut folder.import(&roster));
    assert!(said.contains("展开后过大"), "{said}");
    assert_eq!(folder.people(), 0);
    done(folder.import(&roster).arg("--large"));
    assert_eq!(folder.people(), 200);
    // A file without end is not waited for.
    let said = crate::refused(crate::liren().args(["proof", "/dev/zero"]));
    assert!(said.contains("超过 64 MB"), "{said}");
}

#[test]
fn the_reading_process_takes_nothing_along() {
    let (folder, roster) = Folder::peopled("reading-alone", 5);
    // Seen from outside: its environment, its open files, its limits.
    let mut reading = crate::liren();
    reading.args(["read", "book", "ordinary"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = reading.spawn().unwrap();
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    std::thread::sleep(Duration::from_millis(300));
    let limits = std::fs::read_to_string(proc.join("limits")).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find(|l| l.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max address space"), (512u64 << 20).to_string());
    assert_eq!(limit("Max file size"), "0");
    assert_eq!(limit("Max core file size"), "0");
    for open in std::fs::read_dir(proc.join("fd")).unwrap() {
        let target = std::fs::read_link(open.unwrap().path()).unwrap();
        assert!(!target.starts_with(&folder.0), "{}", target.display());
    }
    let mut stdin = child.stdin.take().unwrap();
    let header = br#"{"name":"a.csv"}"#;
    let file = std::fs::read(&roster).unwrap();
    for part in [&header[..], &file] {
        stdin.write_all(&(part.len() as u64).to_le_bytes()).unwrap();
        stdin.write_all(part).unwrap();
    }
    drop(stdin);
    let answer = child.wait_with_output().unwrap();
    assert!(answer.status.success());
    assert!(answer.stdout.starts_with(&[0]) && answer.stdout.ends_with(b"done"));
    // What the commands start has no key and no password of ours in its environment.
    let big = folder.0.join("big.csv");
    std::fs::write(&big, crate::roster_of(40_000)).unwrap();
    let mut import = folder.import(&big);
    let key = std::fs::read_to_string(folder.data().join("key")).unwrap();
    import.arg("--dry-run").env("LIREN_KEY", key.trim()).env("LIREN_PASSWORD", "secret").stderr(Stdio::null());
    let mut importing = import.spawn().unwrap();
    let mut seen = String::new();
    while importing.try_wait().unwrap().is_none() {
        for child in children(importing.id()) {
            let line = std::fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
            if line.contains("read\0book") && seen.is_empty() {
                seen = std::fs::read_to_string(format!("/proc/{child}/environ")).unwrap_or_default();
            }
        }
    }
    assert!(seen.contains("RUST_BACKTRACE"), "the reading process was not seen");
    assert!(!seen.contains("LIREN"), "{seen}");
}

fn children(of: u32) -> Vec<u32> {
    let mut all = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        all.extend(text.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    all
}
