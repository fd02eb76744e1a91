//! The command line.

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Serve { endpoints: Vec<String>, config: Option<String> },
    Call { endpoint: String, method: String, params: String },
    Proto,
}

const USAGE: &str = "usage: conformance serve ENDPOINT… [--config FILE]
       conformance call ENDPOINT METHOD JSON-PARAMS
       conformance schema --proto";

/// Reads the words behind the program's name.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Command, String> {
    let words: Vec<String> = words.collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", rest @ ..] => serve(rest),
        ["call", endpoint, method, params] => Ok(Command::Call {
            endpoint: (*endpoint).to_owned(),
            method: (*method).to_owned(),
            params: (*params).to_owned(),
        }),
        ["schema", "--proto"] => Ok(Command::Proto),
        _ => Err(USAGE.to_owned()),
    }
}

fn serve(words: &[&str]) -> Result<Command, String> {
    let (mut endpoints, mut config) = (Vec::new(), None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--config" => {
                let file = words.next().ok_or_else(|| format!("--config names no file\n{USAGE}"))?;
                config = Some((*file).to_owned());
            }
            option if option.starts_with("--") => return Err(format!("unknown option {option}\n{USAGE}")),
            endpoint => endpoints.push(endpoint.to_owned()),
        }
    }
    match endpoints.is_empty() {
        true => Err(format!("no endpoint to serve on\n{USAGE}")),
        false => Ok(Command::Serve { endpoints, config }),
    }
}
