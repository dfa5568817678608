//! Tokens as text for people, and names made from it.

use quote::ToTokens;

/// Tokens as they would be written by hand.
pub fn text(tokens: impl ToTokens) -> String {
    let raw = tokens.to_token_stream().to_string();
    let words: Vec<&str> = raw.split_whitespace().collect();
    let mut out = String::new();
    for word in words {
        let tight_before = [",", ";", ":", ")", "]", ">", "(", "?", "::", "!", "<", "..", "."];
        let tight_after = ["(", "[", "<", "&", "::", "!", "'", "..", ".", "&'"];
        let tight = tight_before.iter().any(|t| word.starts_with(t))
            || tight_after.iter().any(|t| out.ends_with(t));
        if !out.is_empty() && !tight {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The words of a text in camel case, shortened by a hash when it is long. Brackets are words, too:
/// `[T]` is not `T`.
pub fn camel(text: &str) -> String {
    let array = if text.contains(';') { " array " } else { " slice " };
    let text = &text.replace('[', array).replace('(', " tuple ").replace('&', " ref ");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut out = String::new();
    for word in words {
        let mut chars = word.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        out.extend(chars);
    }
    if out.len() > 40 {
        // FNV-1a.
        let step = |h: u32, byte: u8| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let hash = text.bytes().fold(0x811c_9dc5, step);
        out.truncate(24);
        out.push_str(&format!("{hash:08x}"));
    }
    out
}
