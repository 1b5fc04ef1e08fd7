//! The form language as a JSON Schema (draft 2020-12), made from the tables of its keys: editors
//! complete and check form files with it while they are written. What a form means beyond the names
//! of keys and the kinds of their values, `tayori forms lint` knows.

use super::keys::{Key, LANGUAGE, Section};
use super::schema::TYPES;
use super::style::{ALIGNS, VALIGNS};
use serde_json::{Map, Value, json};

/// What only a part file has.
const OF_PART: &str = "part";

/// The schema of form files and part files.
#[must_use]
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    for section in LANGUAGE {
        definitions.insert(id(section.name).to_owned(), definition(section));
    }
    // A file is one or the other; its own keys are said once more, so that editors complete them.
    let form = definitions.remove("form-file").unwrap_or_default();
    let part = definitions.remove("part-file").unwrap_or_default();
    let keys = |file: &Value| file["properties"].as_object().cloned().unwrap_or_default();
    let (of_form, of_part) = (keys(&form), keys(&part));
    let never = |own: &Map<String, Value>, other: &Map<String, Value>| -> Map<String, Value> {
        let others = other.keys().filter(|key| !own.contains_key(*key));
        others.map(|key| (key.clone(), Value::Bool(false))).collect()
    };
    let (not_of_part, not_of_form) = (never(&of_part, &of_form), never(&of_form, &of_part));
    let mut all = of_form;
    all.extend(of_part);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tayori form or part",
        "description": "A form file forms/<form>/<date>.toml, or a part file forms/parts/<part>.toml.",
        "type": "object",
        "properties": all,
        "additionalProperties": false,
        "if": { "required": [OF_PART] },
        "then": { "properties": not_of_part },
        "else": { "properties": not_of_form },
        "$defs": definitions,
    })
}

/// The name of a table's definition.
fn id(section: &str) -> &str {
    match section {
        "form file" => "form-file",
        "part file" => "part-file",
        "[face]" => "faces",
        "[[part]]" => "part-use",
        "[input.fields]" => "field",
        "[purposes]" => "purpose",
        "cells" => "cell",
        "columns" => "column",
        "a band" => "band",
        "a day" => "day",
        "a cell of a band" => "band-cell",
        name => name.trim_matches(['[', ']']),
    }
}

fn definition(section: &Section) -> Value {
    let properties: Map<String, Value> = section
        .keys
        .iter()
        .map(|key| {
            let mut value = value(section.name, key);
            value["description"] = Value::String(key.doc.to_owned());
            (key.name.to_owned(), value)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn table(section: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{}", id(section)) })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A table whose keys are the author's own.
fn map(values: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn words<T>(words: &[(&str, T)]) -> Value {
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json!({ "enum": words })
}

/// The schema of a key's value.
fn value(section: &str, key: &Key) -> Value {
    match (section, key.name, key.kind) {
        ("form file" | "[part]", "params", _) | ("[[part]]" | "[[slips]]", "with", _) => {
            json!({ "type": "object" })
        }
        ("form file", "items", _) | (_, "when" | "rows_when" | "files", "table") => {
            map(&kind("text"))
        }
        ("[[void]]" | "attach", "text", _) | (_, "note", _) => kind("text"),
        ("columns", "title", _) => kind("template"),
        ("form file", "purposes", _) => map(&table("[purposes]")),
        ("form file", "face", _) => table("[face]"),
        (_, "fields" | "rows", "table") => map(&table("[input.fields]")),
        ("[[table]]", "columns", _) => list(&table("columns")),
        ("[[grid]]", "cells", _) => {
            list(&list(&json!({ "anyOf": [kind("text"), table("cells")] })))
        }
        ("a band", "cells", _) => {
            list(&json!({ "anyOf": [kind("text"), table("a cell of a band")] }))
        }
        (_, _, "list of parts") => {
            let with = json!({ "type": "object", "required": ["use"] });
            list(&json!({ "anyOf": [kind("part"), with] }))
        }
        (_, _, "day") => json!({ "anyOf": [kind("text"), table("a day")] }),
        (_, _, "list of days") => list(&value(section, &Key { kind: "day", ..*key })),
        (_, _, "face") => table("face"),
        (_, _, "band") => {
            let cells = value("a band", &Key { name: "cells", ..*key });
            json!({ "anyOf": [kind("text"), cells, table("a band")] })
        }
        (_, name, "table") => table(name),
        (_, "perforation", "tables") => list(&table("[[fold]]")),
        (_, "part", "tables") => list(&table("[[part]]")),
        (_, name, "tables" | "list of tables") => list(&table(name)),
        (_, _, other) => kind(other),
    }
}

/// The schema of a kind of value, as the tables of keys name it.
fn kind(kind: &str) -> Value {
    let number = json!({ "type": "number" });
    if let Some(item) = kind.strip_prefix("list of ") {
        return list(&self::kind(match item {
            "lengths" => "length",
            "columns" | "rows" | "numbers" => "number",
            "templates" => "template",
            _ => "text",
        }));
    }
    match kind {
        "flag" => json!({ "type": "boolean" }),
        // A text, or one in each of several languages.
        "template" => json!({
            "type": ["string", "object"],
            "additionalProperties": { "type": "string" },
            "required": ["ja"],
        }),
        "number" | "percent" => json!({ "type": "integer" }),
        "length" => json!({ "type": "number", "minimum": 0 }),
        "size" => json!({ "type": "number", "minimum": 2, "maximum": 200 }),
        "box" => json!({ "type": "array", "items": number, "minItems": 4, "maxItems": 4 }),
        "[x, y]" | "[width, height]" | "[dash, gap]" | "[from, to]" => {
            json!({ "type": "array", "items": number, "minItems": 2, "maxItems": 2 })
        }
        "align" => words(ALIGNS),
        "valign" => words(VALIGNS),
        "type" => words(TYPES),
        // A number, a list, the name of a parameter, or `{ of = …, step = …, across = … }`.
        "series" => json!({
            "type": ["integer", "array", "string", "object"],
            "properties": { "of": true, "step": self::kind("[x, y]"), "across": self::kind("number") },
            "additionalProperties": false,
        }),
        choices if choices.contains(" | ") => either(choices),
        _ => json!({ "type": "string" }),
    }
}

/// `simplex | duplex`, `size | per column`, `field | param`
fn either(choices: &str) -> Value {
    let (mut words, mut others) = (Vec::new(), Vec::new());
    let first = choices.split(" | ").next().unwrap_or_default();
    for choice in choices.split(" | ") {
        match choice {
            "number" | "length" | "size" | "percent" | "align" | "flag" | "[x, y]"
            | "[width, height]" => {
                others.push(kind(choice));
            }
            "per column" | "list" => others.push(list(&kind(first))),
            "field" | "param" | "role" => others.push(kind("text")),
            word => words.push(word),
        }
    }
    if others.is_empty() {
        return json!({ "enum": words });
    }
    if !words.is_empty() {
        others.push(json!({ "enum": words }));
    }
    others.dedup();
    json!({ "anyOf": others })
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGE, id, json_schema};
    use std::collections::BTreeSet;

    #[test]
    fn every_table_has_a_definition_and_every_reference_leads_to_one() {
        let schema = json_schema();
        let definitions: BTreeSet<String> = schema["$defs"]
            .as_object()
            .expect("definitions")
            .keys()
            .map(|name| format!("#/$defs/{name}"))
            .collect();
        assert_eq!(definitions.len() + 2, LANGUAGE.len(), "no two tables share a name");
        let text = schema.to_string();
        let asked: BTreeSet<String> = text
            .split("\"$ref\":\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(asked, definitions, "each is used, none is missing");
        for section in LANGUAGE {
            let name = id(section.name);
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b)), "{name}");
        }
    }
}
