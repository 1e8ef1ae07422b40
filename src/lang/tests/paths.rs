//! Paths. What stands right is what `terraform console` 1.11.4 printed.

use super::prints;

const PRINTED: &[(&str, &str)] = &[
    (r#"basename("/a/b/c.txt")"#, r#""c.txt""#),
    (r#"basename("a/b/")"#, r#""b""#),
    (r#"basename("")"#, r#"".""#),
    (r#"basename("/")"#, r#""/""#),
    (r#"basename("//")"#, r#""/""#),
    (r#"dirname("/a/b/c.txt")"#, r#""/a/b""#),
    (r#"dirname("a/b/")"#, r#""a/b""#),
    (r#"dirname("")"#, r#"".""#),
    (r#"dirname("/")"#, r#""/""#),
    (r#"dirname("a")"#, r#"".""#),
    (r#"dirname("a//b/../c")"#, r#""a""#),
];

#[test]
fn values_are_printed_as_terraform_prints_them() {
    prints(PRINTED);
}
