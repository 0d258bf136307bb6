//! The three languages, and which of them a reader wants.

/// A language in which every word exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// 简体中文.
    ZhHans,
    /// 繁體中文, for Taiwan, Hong Kong and Macau alike.
    ZhHant,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order of the switch on each page.
    pub const ALL: &'static [Lang] = &[Self::ZhHans, Self::ZhHant, Self::En];

    /// The BCP 47 tag, for `lang` attributes, `--lang` and keys in answers.
    pub fn id(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// The language of a tag that we write ourselves. Case does not matter, as BCP 47 asks.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|lang| lang.id().eq_ignore_ascii_case(id))
    }

    /// The language that an `Accept-Language` header asks for; simplified Chinese if it asks for none of
    /// ours. The highest weight wins, and among equals the one named first.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(u32, Self)> = None;
        for range in accept_language.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(|tag| Self::of_tag(tag.trim())) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, lang));
            }
        }
        best.map_or(Self::ZhHans, |(_, lang)| lang)
    }

    /// The language of any BCP 47 tag: the script decides, else the region.
    fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Self::En),
            "zh" => {
                let rest: Vec<&str> = parts.collect();
                if rest.contains(&"hans") {
                    return Some(Self::ZhHans);
                }
                let traditional = ["hant", "tw", "hk", "mo"].iter().any(|part| rest.contains(part));
                Some(if traditional { Self::ZhHant } else { Self::ZhHans })
            }
            _ => None,
        }
    }
}

/// A weight such as `0.8` in thousandths; what cannot be read weighs nothing.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), digits.parse::<u32>()) {
        (Ok(0), Ok(part)) => part,
        (Ok(1), Ok(_)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_parse_back() {
        for lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.id()), Some(*lang));
        }
        assert_eq!(Lang::parse("zh-hant"), Some(Lang::ZhHant));
        assert_eq!(Lang::parse("fr"), None);
    }

    #[test]
    fn the_reader_gets_the_language_asked_for() {
        let cases = [
            ("", Lang::ZhHans),
            ("fr-FR", Lang::ZhHans),
            ("*", Lang::ZhHans),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::ZhHans),
            ("zh-TW,zh;q=0.9,en-US;q=0.8", Lang::ZhHant),
            ("zh-HK", Lang::ZhHant),
            ("zh-Hant-MO", Lang::ZhHant),
            ("zh-Hans-HK", Lang::ZhHans),
            ("en-US,en;q=0.9", Lang::En),
            ("fr, en;q=0.5, zh-TW;q=0.7", Lang::ZhHant),
            ("en;q=0, zh", Lang::ZhHans),
            ("en;q=abc, zh-TW;q=0.1", Lang::ZhHant),
            ("EN-gb", Lang::En),
        ];
        for (header, lang) in cases {
            assert_eq!(Lang::negotiate(header), lang, "{header:?}");
        }
    }
}
