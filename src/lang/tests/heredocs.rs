//! Heredocs, from a file to the text: what stands right is what `terraform console` 1.11.4 gave.

use super::heredoc;

#[test]
fn heredocs_are_cut_and_trimmed_as_terraform_does() {
    heredoc("<<EOT\nhello\nEOT\n", "hello\n");
    heredoc("<<-EOT\n    hello\n      world\n    EOT\n", "hello\n  world\n");
    heredoc("<<-EOT\n\thello\n\t\tworld\n\tEOT\n", "hello\n\tworld\n");
    heredoc("<<-EOT\n    a\n\n      b\n   \n    c\n    EOT\n", "a\n\n  b\n   \nc\n");
    heredoc("<<-EOT\n  \n  a\n  EOT\n", "  \na\n");
    heredoc("<<EOT\n  EOT x\nEOT\n", "  EOT x\n");
    heredoc("<<-EOT\n    ${1}\n      ${2} x\n    EOT\n", "1\n  2 x\n");
    heredoc("<<-EOT\n      ${~ 1 ~}\n    x\n    EOT\n", "1    x\n");
    heredoc("<<-EOT\n    %{ if true }\n    yes\n    %{ endif }\n    EOT\n", "\nyes\n\n");
    heredoc("<<-EOT\n    %{ if true ~}\n    yes\n    %{ endif ~}\n    EOT\n", "    yes\n");
    heredoc("<<-EOT\n    %{~ if true ~}\n    yes\n    %{~ endif ~}\n    EOT\n", "    yes\n");
    heredoc("<<EOT\n%{ for x in [1,2,3] ~}\nitem ${x}\n%{ endfor ~}\nEOT\n", "item 1\nitem 2\nitem 3\n");
    heredoc(
        "<<EOT\n%{ for x in [1,2,3] }\nitem ${x}\n%{ endfor }\nEOT\n",
        "\nitem 1\n\nitem 2\n\nitem 3\n\n",
    );
    heredoc("<<EOT\n%{ for x in [1,2,3] }${x}%{ if x < 3 }, %{ endif }%{ endfor }\nEOT\n", "1, 2, 3\n");
    heredoc("<<EOT\n\\n \\t \\\" $${x} %%{y} $ % $$ %%\nEOT\n", "\\n \\t \\\" ${x} %{y} $ % $$ %%\n");
    heredoc("<<EOT\n${<<IN\nnested\nIN\n}\nEOT\n", "nested\n\n");
    heredoc("<<EOT\n${\"a${\"b\"}\"}\nEOT\n", "ab\n");
    heredoc("<<A-B\nx\nA-B\n", "x\n");
    heredoc("<<_E\nx\n_E\n", "x\n");
    heredoc("<<EOT\n\n\nEOT\n", "\n\n");
    heredoc("<<-EOT\n\n\n  EOT\n", "\n\n");
    heredoc("<<-EOT\n  a\n b\n  EOT\n", " a\nb\n");
    heredoc("<<-EOT\n    a ${1} b\n  ${2}\n    EOT\n", "  a 1 b\n2\n");
    heredoc("<<EOT\n  trailing  \n\ttab\t\nEOT\n", "  trailing  \n\ttab\t\n");
    heredoc("<<-EOT\n  é\n   ü\n  EOT\n", "é\n ü\n");
    heredoc("<<-EOT\n\u{a0}\u{a0}a\n\u{a0}b\n  EOT\n", "\u{a0}a\nb\n");
    heredoc("<<-EOT\n  a\n   ${\"x\\n y\"}\n  b\n  EOT\n", "a\n x\n y\nb\n");
    heredoc(
        "<<-EOT\n    %{ for k, v in {a=1,b=2} ~}\n    ${k}: ${v}\n    %{ endfor ~}\n    done\n  EOT\n",
        "    a: 1\n    b: 2\n    done\n",
    );
    heredoc("<<EOT\n# not a comment\n// nor this /* x */\nEOT\n", "# not a comment\n// nor this /* x */\n");
    heredoc("<<EOT\n\"quoted\" 'single' {brace} [b]\nEOT\n", "\"quoted\" 'single' {brace} [b]\n");
    heredoc("upper(<<A\na\nA\n)\n", "A\n");
    heredoc("<<-EOT\n  %{~ if true ~}\n  x\n  %{~ else ~}\n  y\n  %{~ endif ~}\n  EOT\n", "  x\n");
    heredoc("<<EOT\na\n  %{~ if true }\nb\n%{ endif ~}\n\n\nc\nEOT\n", "a\n\nb\n\n\nc\n");
    heredoc("<<EOT\n${1}${2}\n${3}\nEOT\n", "12\n3\n");
    heredoc("<<-EOT\n   a\n  ${1}  \n   EOT\n", " a\n1  \n");
    heredoc("<<-EOT\n${1}\n   a\n   EOT\n", "1\n   a\n");
    heredoc("<<-EOT\n  $${a}\n    %%{b}\n  EOT\n", "${a}\n  %{b}\n");
    heredoc("<<EOT\nEOT2\n EOTX\nEOT\n", "EOT2\n EOTX\n");
    heredoc("<<EOT\n  EOT\n", "");
}
