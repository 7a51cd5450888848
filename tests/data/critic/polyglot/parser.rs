use std::collections::HashMap;
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Word(String),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Number(value) => write!(f, "{value}"),
            Token::Word(word) => write!(f, "{}", word),
        }
    }
}

pub fn parse(text: &str) -> Result<Vec<Token>, std::num::ParseFloatError> {
    text.split_whitespace()
        .map(|part| {
            if part.chars().next().is_some_and(|c| c.is_ascii_digit()) {
                Ok(Token::Number(part.parse()?))
            } else {
                Ok(Token::Word(part.to_string()))
            }
        })
        .collect()
}

fn main() {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for token in parse("a 1 b 2").unwrap_or_default() {
        *counts.entry(token.to_string()).or_insert(0) += 1;
    }
    println!("{}", counts.len());
}
