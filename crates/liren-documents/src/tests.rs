//! Small documents through every writer.

use crate::{Block, Figure, Span, html, markdown, text};

fn figure(index: usize, shown: &str) -> Figure {
    Figure {
        text: shown.into(),
        index,
        href: format!("/figures/{index}"),
        label: "总人口".into(),
        unsourced: false,
    }
}

#[test]
fn marks_become_a_tree_and_figures_stay_figures() {
    let source = format!(
        "# 总结\n\n全社区**共有**{}人,\n其中常住{}人。\n\n## 一、情况\n| 组 | 人 |\n|---|---|\n| 一 | {} |\n@某社区\n@@2013年11月20日\n",
        markdown::token(0),
        markdown::token(1),
        markdown::token(2)
    );
    let figures = [figure(0, "4268"), figure(1, "2181"), figure(2, "7")];
    let (doc, lost) = markdown::compose(&source, &figures);
    assert!(lost.is_empty());
    assert_eq!(doc.title, "总结");
    assert_eq!(doc.blocks[0].text(), "全社区共有4268人,其中常住2181人。");
    assert!(matches!(&doc.blocks[0], Block::Paragraph { spans } if spans.contains(&Span::Strong("共有".into()))));
    assert!(matches!(&doc.blocks[1], Block::Heading { level: 1, .. }));
    assert_eq!(doc.blocks[2].text(), "组\t人\n一\t7");
    assert_eq!(doc.signature.as_deref(), Some("某社区"));
    let page = html::page(&doc, "http://127.0.0.1:7480");
    assert!(page.contains("<a class=\"fig\" id=\"n0\" href=\"http://127.0.0.1:7480/figures/0\""));
    assert!(text::write(&doc).contains("　　全社区共有4268人"));
}

#[test]
fn a_token_without_a_figure_is_named() {
    assert_eq!(markdown::compose(&markdown::token(3), &[]).1, vec![3]);
}

#[test]
fn text_is_escaped() {
    let (doc, _) = markdown::compose("a<b>&\"'", &[]);
    assert!(html::fragment(&doc).contains("a&lt;b&gt;&amp;&quot;&#39;"));
}
