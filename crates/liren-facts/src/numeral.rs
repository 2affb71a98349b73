//! Chinese numerals as they stand in dates and addresses: 二〇一三, 十二, 廿三, 一百零五.

/// The value of one numeral character, 0–10; 廿 is 20, 卅 30.
fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' | 'О' | 'Ｏ' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

pub(crate) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '拾' | '百' | '佰' | '千' | '廿' | '卅')
}

/// Reads a numeral of one kind: place by place (二〇一三, 五〇一) or with units (十二, 一百零五).
pub(crate) fn read(text: &str) -> Option<u32> {
    let (mut total, mut current, mut places, mut units) = (0u32, 0u32, 0u32, false);
    if text.is_empty() || text.chars().count() > 9 {
        return None;
    }
    for c in text.chars() {
        let unit = match c {
            '十' | '拾' => 10,
            '百' | '佰' => 100,
            '千' => 1000,
            '廿' => {
                total += 20;
                units = true;
                continue;
            }
            '卅' => {
                total += 30;
                units = true;
                continue;
            }
            c => {
                let value = digit(c)?;
                places = places.checked_mul(10)?.checked_add(value)?;
                current = value;
                continue;
            }
        };
        units = true;
        total += current.max(1) * unit;
        current = 0;
    }
    Some(if units { total + current } else { places })
}

/// The text with each run of numerals as Arabic digits.
pub(crate) fn to_arabic(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if is_numeral(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            match read(&run) {
                Some(value) => out.push_str(&value.to_string()),
                None => out.push_str(&run),
            }
            run.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read_by_place_and_by_unit() {
        for (text, value) in [
            ("二〇一三", 2013),
            ("十二", 12),
            ("二十", 20),
            ("廿三", 23),
            ("一百零五", 105),
            ("五〇一", 501),
            ("十", 10),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        assert_eq!(to_arabic("三号楼二单元五〇一室"), "3号楼2单元501室");
    }
}
