//! What is wrong with a text that is not HCL, said where the mistake began.

use crate::model::diagnostic::{Code, Diagnostic, Span, nearest};

type Failure = Box<Diagnostic>;

fn syntax(summary: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, summary).at(span)
}

fn limit(summary: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::LimitExceeded, summary).at(span)
}

pub(super) fn file_too_large(span: Span) -> Failure {
    Box::new(limit("this file is too large", span).detail("A file can have up to 4 GiB."))
}

pub(super) fn too_deep(span: Span) -> Failure {
    Box::new(
        limit("this is nested too deeply", span)
            .detail("Brackets, blocks, operators and templates can be nested about 100 levels deep.")
            .hint("give a part of it a name of its own in `locals`"),
    )
}

pub(super) fn number_too_large(span: Span) -> Failure {
    Box::new(
        limit("this number is too large", span)
            .detail("Numbers can have about 30,000 digits on either side."),
    )
}

/// A bracket, brace, parenthesis or comment has no end.
pub(super) fn unclosed(open: Span, opened: &str, found: Span) -> Failure {
    let (name, close) = match opened {
        "{" => ("brace", "}"),
        "[" => ("bracket", "]"),
        "(" => ("parenthesis", ")"),
        _ => ("comment", "*/"),
    };
    Box::new(
        syntax(&format!("this {name} is never closed"), open)
            .detail(format!("There is no `{close}` that belongs to this `{opened}`."))
            .related(found, format!("the `{close}` is missing at the latest here")),
    )
}

pub(super) fn unclosed_string(open: Span, found: Span) -> Failure {
    Box::new(
        syntax("this string is never closed", open)
            .detail("A string in quotes ends on the line where it begins.")
            .related(found, "the closing quote is missing at the latest here")
            .hint("write a line break as `\\n`, or text of several lines as a heredoc (`<<-EOT`)"),
    )
}

pub(super) fn unclosed_heredoc(open: Span, text: &str) -> Failure {
    let marker = text.trim().trim_start_matches('<').trim_start_matches('-');
    Box::new(syntax("this heredoc is never closed", open).detail(format!(
        "It ends at a line that has nothing but `{marker}` on it, and there is none; the marker's line must itself \
         end with a line break."
    )))
}

pub(super) fn heredoc_marker(span: Span) -> Failure {
    Box::new(
        syntax("this is not the beginning of a heredoc", span).detail(
            "`<<` or `<<-` is followed by a word, the marker, and the marker by the end of its line.",
        ),
    )
}

pub(super) fn unclosed_sequence(open: Span, sign: &str) -> Failure {
    let name = if sign == "${" { "interpolation" } else { "directive" };
    Box::new(
        syntax(&format!("this template {name} is never closed"), open)
            .detail(format!("There is no `}}` that belongs to this `{sign}`."))
            .hint(format!("to mean the characters themselves, write `{}{sign}`", &sign[..1])),
    )
}

pub(super) fn extra_in_sequence(span: Span, text: &str, sign: &str) -> Failure {
    Box::new(syntax("the template sequence should end here", span).detail(format!(
        "After the expression in `{sign} ... }}` only the closing brace can follow, but `{text}` does."
    )))
}

pub(super) fn unclosed_directive(open: Span, word: &str, end: &str) -> Failure {
    Box::new(
        syntax("this template directive has no end", open)
            .detail(format!("Every `%{{ {word} }}` needs a `%{{ {end} }}` after it in the same template.")),
    )
}

pub(super) fn stray_directive(span: Span, word: &str) -> Failure {
    let open = if word == "endfor" { "for" } else { "if" };
    Box::new(
        syntax("this template directive ends nothing", span)
            .detail(format!("There is no open `%{{ {open} ... }}` that `{word}` could belong to.")),
    )
}

pub(super) fn missing_directive(span: Span) -> Failure {
    Box::new(syntax("the name of a template directive is missing", span).detail(
        "`%{` is followed by `if`, `else`, `endif`, `for` or `endfor`. To mean the characters themselves, write `%%{`.",
    ))
}

pub(super) fn unknown_directive(span: Span, word: &str) -> Failure {
    let known = ["if", "else", "endif", "for", "endfor"];
    Box::new(
        syntax("this template directive is not known", span)
            .detail(format!("`{word}` is not one of `if`, `else`, `endif`, `for` and `endfor`."))
            .suggest(nearest(word, known)),
    )
}

pub(super) fn invalid_escape(span: Span, text: &str) -> Failure {
    let detail = match text {
        "\\u" => "`\\u` is followed by four hexadecimal digits that name a Unicode character.".to_owned(),
        "\\U" => "`\\U` is followed by eight hexadecimal digits that name a Unicode character.".to_owned(),
        _ => format!(
            "`{text}` means nothing: a backslash is followed by `n`, `r`, `t`, `\"`, `\\`, `u` or `U`."
        ),
    };
    Box::new(
        syntax("this escape sequence is not known", span)
            .detail(detail)
            .hint("to mean a backslash, write `\\\\`"),
    )
}

pub(super) fn invalid_character(span: Span, text: &str) -> Failure {
    let diagnostic = syntax("this character has no meaning here", span);
    Box::new(match text {
        "\u{201c}" | "\u{201d}" | "\u{201e}" | "\u{ab}" | "\u{bb}" => {
            diagnostic.detail("Strings stand between straight quotes (`\"`); this is a curly one.")
        }
        "'" | "\u{2018}" | "\u{2019}" | "`" => {
            diagnostic.detail("Strings stand between double quotes (`\"`).")
        }
        "&" => diagnostic.detail("There is no operator `&`.").hint("did you mean `&&`?"),
        "|" => diagnostic.detail("There is no operator `|`.").hint("did you mean `||`?"),
        ";" => diagnostic.detail("Items end with their line; there is no `;`."),
        "^" => diagnostic.detail("There is no operator `^`.").hint("for powers there is the function `pow`"),
        "~" => diagnostic.detail("`~` stands only at the ends of template sequences: `${~ ... ~}`."),
        "\u{a0}" => diagnostic.detail("This is a no-break space; write a plain one."),
        "\u{feff}" => diagnostic.detail("A byte-order mark can stand only at the beginning of a file."),
        "\r" => diagnostic.detail("A carriage return can stand only before a line feed."),
        "<" => diagnostic.detail("A heredoc's marker is followed by the end of its line."),
        _ => diagnostic.detail(format!("`{}` is not part of the language.", text.escape_debug())),
    })
}

pub(super) fn invalid_number(span: Span, digits: &str) -> Failure {
    Box::new(
        syntax("this is not a number", span)
            .detail(format!("`{digits}` is not a decimal number such as `42`, `1.5` or `1e6`.")),
    )
}

pub(super) fn missing_expression(span: Span, text: &str, before: Span) -> Failure {
    let span = if text.trim().is_empty() { before } else { span };
    let found = match text.trim() {
        "" => "nothing is there".to_owned(),
        text => format!("`{text}` cannot begin one"),
    };
    Box::new(
        syntax("an expression is missing", span).detail(format!(
            "A value is needed here, such as a string, a number or a reference, but {found}."
        )),
    )
}

pub(super) fn missing_separator(span: Span, opened: &str, open: Span) -> Failure {
    let detail = match opened {
        "{" => "Entries between braces are separated by commas or line ends.",
        "(" => "Arguments of a function are separated by commas.",
        _ => "Elements between brackets are separated by commas.",
    };
    Box::new(
        syntax("a comma is missing", span)
            .detail(detail)
            .related(open, format!("`{opened}` was opened here")),
    )
}

pub(super) fn missing_entry_sign(span: Span, key: Span) -> Failure {
    Box::new(
        syntax("a key without a value", span)
            .detail("After a key between braces comes `=` (or `:`) and the value.")
            .related(key, "this is the key"),
    )
}

pub(super) fn ambiguous_key(span: Span, text: &str) -> Failure {
    Box::new(
        syntax("it is not plain whether this key is a reference", span)
            .detail("Between braces a single word before `=` is the key itself; this has several parts.")
            .hint(format!(
                "write `({text})` to use the value that it refers to, or `\"{text}\"` to mean the text"
            )),
    )
}

pub(super) fn missing_colon(span: Span, question: Span) -> Failure {
    Box::new(
        syntax("the second half of a condition is missing", span)
            .detail("`condition ? a : b` needs a colon and the value for when the condition is false.")
            .related(question, "the condition's `?` is here"),
    )
}

pub(super) fn misspelt_operator(span: Span, text: &str, meant: &str) -> Failure {
    Box::new(
        syntax("this operator is not known", span)
            .detail(format!("There is no operator `{text}`."))
            .hint(format!("did you mean `{meant}`?")),
    )
}

pub(super) fn chained_legacy_index(span: Span, digits: &str) -> Failure {
    let proposal = digits.replace('.', "][");
    Box::new(
        syntax("two indexes in the old spelling cannot follow each other", span)
            .detail("`a.0` is an old spelling of `a[0]`, and only one such index can stand in a row.")
            .hint(format!("write `[{proposal}]`")),
    )
}

pub(super) fn missing_attribute_name(dot: Span, found: Span) -> Failure {
    Box::new(
        syntax("an attribute name is missing", dot.to(found))
            .detail("A dot is followed by an attribute's name."),
    )
}

pub(super) fn nested_attribute_splat(span: Span) -> Failure {
    Box::new(
        syntax("a splat within a splat is not possible in this spelling", span)
            .detail("`.*` can stand only once in a row of attributes.")
            .hint("write `[*]` for both"),
    )
}

pub(super) fn missing_function_name(span: Span) -> Failure {
    Box::new(syntax("a function name is missing", span).detail("`::` is followed by a function's name."))
}

pub(super) fn missing_arguments(span: Span, name: Span) -> Failure {
    Box::new(
        syntax("the arguments of a function are missing", span)
            .detail("A function's name is followed by its arguments in parentheses.")
            .related(name, "this is the function's name"),
    )
}

pub(super) fn missing_in(span: Span, intro: Span) -> Failure {
    Box::new(
        syntax("`in` is missing", span)
            .detail("`for` is followed by one or two names, `in`, and the collection: `for key, value in collection`.")
            .related(intro, "the `for` is here"),
    )
}

pub(super) fn missing_for_name(span: Span, intro: Span) -> Failure {
    Box::new(
        syntax("a name for the elements is missing", span)
            .detail("`for` is followed by one or two names: `for value in collection`, `for key, value in collection`.")
            .related(intro, "the `for` is here"),
    )
}

pub(super) fn missing_for_colon(span: Span, intro: Span) -> Failure {
    Box::new(
        syntax("the colon of a `for` is missing", span)
            .detail("After its collection a `for` has a colon and the result: `[for x in list : x]`.")
            .related(intro, "the `for` is here"),
    )
}

pub(super) fn for_arrow(span: Span, is_object: bool) -> Failure {
    Box::new(if is_object {
        syntax("the value of a `for` between braces is missing", span)
            .detail("Between braces a `for` gives a key and a value: `{for x in list : key => value}`.")
            .hint("for a list, write brackets")
    } else {
        syntax("a `for` between brackets has no keys", span)
            .detail("Between brackets a `for` gives one value for each element: `[for x in list : value]`.")
            .hint("for an object, write braces")
    })
}

pub(super) fn grouping_without_key(span: Span) -> Failure {
    Box::new(
        syntax("a `for` between brackets cannot group", span)
            .detail("`...` collects the values of one key, and between brackets there are no keys."),
    )
}

pub(super) fn no_item(span: Span, text: &str) -> Failure {
    Box::new(syntax("neither an argument nor a block", span).detail(format!(
        "A line begins with a word: an argument is `name = value`, a block `kind \"label\" {{ ... }}`. `{}` fits \
         neither.",
        text.escape_debug()
    )))
}

pub(super) fn name_alone(span: Span, name: &str) -> Failure {
    Box::new(syntax("neither an argument nor a block", span).detail(format!(
        "`{name}` stands alone on its line: an argument goes on with `=`, a block with `{{`."
    )))
}

pub(super) fn path_as_argument(span: Span) -> Failure {
    Box::new(
        syntax("only a single name can be set", span)
            .detail("An argument's name is one word; parts of a value are not set one by one."),
    )
}

pub(super) fn stray_bracket(span: Span, text: &str) -> Failure {
    Box::new(
        syntax("this bracket closes nothing", span)
            .detail(format!("There is no open bracket that this `{text}` could belong to.")),
    )
}

pub(super) fn comma_in_body(span: Span) -> Failure {
    Box::new(
        syntax("a comma between arguments", span)
            .detail("Arguments of a block stand on lines of their own, without commas."),
    )
}

pub(super) fn comma_between_labels(span: Span) -> Failure {
    Box::new(
        syntax("a comma between labels", span)
            .detail("The labels of a block are separated by spaces: `resource \"type\" \"name\" {`."),
    )
}

pub(super) fn colon_in_body(span: Span) -> Failure {
    Box::new(
        syntax("a colon after an argument's name", span)
            .detail("An argument is set with `=`.")
            .hint("write `=` instead of `:`"),
    )
}

pub(super) fn double_equal_in_body(span: Span) -> Failure {
    Box::new(
        syntax("a comparison where an argument should be set", span)
            .detail("An argument is set with a single `=`.")
            .hint("write `=` instead of `==`"),
    )
}

pub(super) fn quoted_argument_name(span: Span) -> Failure {
    Box::new(
        syntax("neither an argument nor a block", span)
            .detail("Names of arguments and kinds of blocks are written without quotes."),
    )
}

pub(super) fn equal_on_next_line(span: Span, name: Span) -> Failure {
    Box::new(
        syntax("the `=` stands on a line of its own", span)
            .detail("Name, `=` and the beginning of the value stand on one line.")
            .related(name, "the name is here"),
    )
}

pub(super) fn brace_on_next_line(span: Span, header: Span) -> Failure {
    Box::new(
        syntax("the block's brace stands on a line of its own", span)
            .detail("The opening brace stands on the line of the block's first word and labels.")
            .related(header, "the block begins here"),
    )
}

pub(super) fn missing_value(span: Span, name: &str) -> Failure {
    Box::new(syntax("the value of an argument is missing", span).detail(format!(
        "Nothing follows `{name} =` on this line, and a value begins on the line of its name."
    )))
}

pub(super) fn two_on_one_line(span: Span, text: &str) -> Failure {
    Box::new(
        syntax("the line of an argument goes on", span).detail(format!(
            "After its value an argument's line ends, but `{}` follows.",
            text.escape_debug()
        )),
    )
}

pub(super) fn text_after_block(span: Span, text: &str) -> Failure {
    Box::new(syntax("the line of a block goes on", span).detail(format!(
        "After its closing brace a block's line ends, but `{}` follows.",
        text.escape_debug()
    )))
}

pub(super) fn brace_after_argument(span: Span) -> Failure {
    Box::new(
        syntax("the closing brace stands on an argument's line", span)
            .detail("In a block of several lines the closing brace has a line of its own."),
    )
}

pub(super) fn template_in_label(span: Span) -> Failure {
    Box::new(
        syntax("a label cannot be evaluated", span)
            .detail("Labels of blocks are plain text: there can be no `${` or `%{` in them."),
    )
}

pub(super) fn words_before_equal(span: Span) -> Failure {
    Box::new(
        syntax("an argument's name is one word", span)
            .detail("Several words before `=` are neither an argument's name nor a block's labels.")
            .hint("join the words with `_`"),
    )
}

pub(super) fn missing_brace(span: Span, header: Span) -> Failure {
    Box::new(
        syntax("the brace of a block is missing", span)
            .detail("After its first word and labels a block goes on with `{` on the same line.")
            .related(header, "the block begins here"),
    )
}

pub(super) fn block_in_one_line(span: Span, open: Span) -> Failure {
    Box::new(
        syntax("a block inside of a one-line block", span)
            .detail("A block on one line can have a single argument and nothing else.")
            .related(open, "break the line after this brace"),
    )
}

pub(super) fn two_in_one_line_block(span: Span, open: Span) -> Failure {
    Box::new(
        syntax("more than one argument in a one-line block", span)
            .detail("A block on one line can have a single argument; others need lines of their own.")
            .related(open, "break the line after this brace"),
    )
}

pub(super) fn one_line_block_goes_on(open: Span) -> Failure {
    Box::new(
        syntax("an argument on the line of its block's brace", open)
            .detail("A block is closed on the line where it is opened, or its first argument is on the next line.")
            .hint("break the line after this brace"),
    )
}

pub(super) fn duplicate_argument(span: Span, first: Span, name: &str) -> Failure {
    Box::new(
        Diagnostic::error(Code::DuplicateArgument, "this argument is set already")
            .at(span)
            .detail(format!("`{name}` can be set once in a block."))
            .related(first, "it was set here"),
    )
}
