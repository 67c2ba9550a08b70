//! What a piece of x86 assembly does to the stack pointer, as far as its text says.
//!
//! Out of line the stack pointer is that of the wrapper's frame. Reading it, pushing and popping, calling, going to another stack
//! and back, and leaving for good mean there what they mean anywhere. What leaves it changed for the code behind does not.

/// Why assembly cannot go out of line, if its use of the stack pointer is the reason.
pub(crate) fn stack_trouble(text: &str, constraints: &[String]) -> Option<&'static str> {
    if constraints.iter().any(|c| is_pointer(c) && !c.starts_with(['=', '~'])) {
        return Some("out of line the stack pointer that it is given is another frame's");
    }
    let is_att = text.contains('%');
    let mut depth = 0;
    // Whether it is set to what the text does not say; whether it was kept before; whether it was set by what may restore it.
    let (mut unknown, mut kept, mut restored) = (false, false, false);
    let mut last = "";
    for statement in statements(text) {
        let (word, operands) = statement.split_once(char::is_whitespace).unwrap_or((statement, ""));
        let operands = split_operands(operands);
        let (source, target) = match operands.as_slice() {
            [one] => ("", *one),
            [first, .., second] if is_att => (*first, *second),
            [first, second, ..] => (*second, *first),
            [] => ("", ""),
        };
        let word = word.trim_end_matches(['q', 'l', 'w']);
        last = word;
        match word {
            "push" => {
                depth += 8;
                kept |= is_pointer(target);
            }
            "pushf" => depth += 8,
            "popf" => depth -= 8,
            "pop" if !is_pointer(target) => depth -= 8,
            "sub" | "add" | "lea" if is_pointer(target) => match displacement(source) {
                Some(bytes) if word == "sub" => depth += bytes,
                Some(bytes) => depth -= bytes,
                None => (unknown, restored) = (true, word == "lea"),
            },
            "mov" | "xchg" | "pop" | "leave" | "and" | "or" | "enter" if is_pointer(target) || word == "leave" => {
                (unknown, restored) = (true, !matches!(word, "and" | "or" | "enter"));
                kept |= word == "xchg";
            }
            "mov" | "movabs" | "lea" | "xchg" if source.contains("sp") => {
                kept = true;
                unknown |= word == "xchg";
                restored |= word == "xchg";
            }
            _ => {}
        }
    }
    let leaves = matches!(last, "jmp" | "ret" | "iret" | "ud2" | "h" | "hlt");
    let changed = if unknown { !(kept && restored) } else { depth != 0 };
    (changed && !leaves).then_some("it leaves the stack pointer changed, and out of line that is another frame's")
}

/// Whether an operand or constraint is the stack pointer itself, rather than memory that it points to.
fn is_pointer(operand: &str) -> bool {
    let name = operand.trim_start_matches(['=', '+', '&', '~', '{', '%']).trim_end_matches('}');
    matches!(name, "rsp" | "esp")
}

/// The statements of assembly, without labels and comments.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';']).filter_map(|statement| {
        let code = statement.split('#').next().unwrap_or_default().trim();
        let code = match code.split_once(':') {
            Some((label, rest)) if !label.contains(|c: char| c.is_whitespace() || "%$([".contains(c)) => rest.trim(),
            _ => code,
        };
        (!code.is_empty() && !code.starts_with('.')).then_some(code)
    })
}

fn split_operands(operands: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = operands.split(|c: char| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The number in an immediate, or in an address counted from the stack pointer.
fn displacement(operand: &str) -> Option<i64> {
    let number = match operand.split_once('(') {
        Some((outside, base)) if base.contains("sp)") => outside,
        Some(_) => return None,
        None => operand.trim_start_matches('$'),
    };
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |digits| (-1, digits));
    let value = match digits.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some(sign * value)
}

#[cfg(test)]
mod tests {
    use super::stack_trouble;

    #[track_caller]
    fn check(text: &str, constraints: &str, fits: bool) {
        let constraints: Vec<String> = constraints.split(',').map(str::to_owned).collect();
        assert_eq!(stack_trouble(text, &constraints).is_none(), fits, "{text}");
    }

    #[test]
    fn what_comes_back_fits() {
        check("mov %rsp, $0", "=r", true);
        check("pushfq\n\tpopq $0", "=r", true);
        check("sub $$128, %rsp; push %rbx; call f; pop %rbx; add $$128, %rsp", "", true);
        check("lea -128(%rsp), %rsp\ncall f\nlea 128(%rsp), %rsp", "", true);
        check("mov %rsp, %rbx\nand $$-16, %rsp\ncall *$0\nmov %rbx, %rsp", "r,~{rbx}", true);
        check("movq %rsp, %rbx\nmovq $0, %rsp\ncall *$1\nmovq %rbx, %rsp # back", "r,r", true);
        check("xchg %rsp, $0\ncall f\nxchg %rsp, $0", "=r,0", true);
        check("mov $0, %rsp\njmp *$1", "r,r", true);
        check("mov rax, rsp\nmov $0, rax", "=r,~{rsp}", true);
        check("push %rbp\nmov %rsp, %rbp\nand $$-32, %rsp\ncall f\nleave", "", true);
    }

    #[test]
    fn what_stays_away_does_not() {
        check("sub $$16, %rsp", "", false);
        check("push $0", "r", false);
        check("mov $0, %rsp", "r", false);
        check("mov rsp, $0", "r", false);
        check("and $$-16, %rsp", "", false);
        check("call f", "={rsp},{rsp}", false);
    }
}
