//! Text form, reading: what [`crate::Printer`] writes, and the same written by hand.
//!
//! Owns the grammar of modules and symbols; `lex` owns tokens, `body` function bodies. Every id in what it returns is in
//! range; whether the rest makes sense is the verifier's question. An item or an instruction ends with its line; only
//! braces span lines. `;` starts a comment.

mod body;
mod lex;

use crate::print::{comdat_name, linkage_name, reloc_name, visibility_name};
use crate::{
    AliasOf, Comdat, ComdatKind, Data, DataReloc, Extension, Func, FuncId, Global, GlobalId, Linkage, Module, Param,
    Purpose, RelocKind, Shim, SigId, Signature, SrcLoc, Structor, SymbolRef, Type, Visibility,
};
use lex::{Kind, Token};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Why a text is not a module, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{line}:{col}: {message}")]
pub struct ParseError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub col: u32,
    /// What is wrong.
    pub message: String,
}

impl ParseError {
    /// An error at a byte offset of `text`.
    fn at(text: &str, offset: usize, message: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let col = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        ParseError { line: clamp(line), col: clamp(col), message }
    }
}

/// Reads a module.
pub fn parse_module(text: &str) -> Result<Module, ParseError> {
    let mut module = Module::default();
    let mut parser = Parser::new(text, &mut module)?;
    parser.collect_names();
    parser.items()?;
    Ok(module)
}

/// Reads one function, whose references are to the symbols of `module`. Signatures that the module lacks are added to
/// it; the function is not.
pub fn parse_func(text: &str, module: &mut Module) -> Result<Func, ParseError> {
    let symbols = module.funcs.iter().enumerate().map(|(i, f)| (f.name.clone(), SymbolRef::Func(FuncId::new(i))));
    let globals = module.globals.iter().enumerate().map(|(i, g)| (g.name.clone(), SymbolRef::Global(GlobalId::new(i))));
    let symbols: Vec<_> = symbols.chain(globals).collect();
    let mut parser = Parser::new(text, module)?;
    for (name, symbol) in symbols {
        parser.add_name(name, symbol);
    }
    parser.keyword("func")?;
    let (mut func, body) = parser.func()?;
    if let Some(range) = body {
        let end = parser.at;
        parser.at = range.start;
        func.body = Some(parser.body()?);
        parser.at = end;
    }
    match parser.peek() {
        Kind::End => Ok(func),
        _ => Err(parser.expected("nothing behind the function")),
    }
}

struct Parser<'t, 'm> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
    module: &'m mut Module,
    /// Symbols by name; `None` where two have it.
    names: FxHashMap<String, Option<SymbolRef>>,
    funcs: usize,
    globals: usize,
    /// The first signature of each kind in the table.
    sigs: FxHashMap<Signature, SigId>,
}

type Parsed<T> = Result<T, ParseError>;

impl<'t, 'm> Parser<'t, 'm> {
    fn new(text: &'t str, module: &'m mut Module) -> Parsed<Self> {
        if u32::try_from(text.len()).is_err() {
            return Err(ParseError { line: 1, col: 1, message: "the text is longer than 4 GiB".into() });
        }
        let tokens = lex::tokens(text)?;
        let mut sigs = FxHashMap::default();
        for (i, sig) in module.sigs.iter().enumerate() {
            sigs.entry(sig.clone()).or_insert(SigId::new(i));
        }
        Ok(Parser { text, tokens, at: 0, module, names: FxHashMap::default(), funcs: 0, globals: 0, sigs })
    }

    /// Numbers the functions and globals of the whole text, so that references may come before definitions.
    fn collect_names(&mut self) {
        let mut depth = 0usize;
        for i in 0..self.tokens.len() - 1 {
            let word = match &self.tokens[i].kind {
                Kind::Punct('{') => {
                    depth += 1;
                    continue;
                }
                Kind::Punct('}') => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Kind::Word(word) if depth == 0 && self.tokens[i].first => *word,
                _ => continue,
            };
            let Kind::Symbol(name) = &self.tokens[i + 1].kind else { continue };
            let name = name.to_string();
            match word {
                "func" => self.add_name(name, SymbolRef::Func(FuncId::new(self.funcs))),
                "global" => self.add_name(name, SymbolRef::Global(GlobalId::new(self.globals))),
                _ => {}
            }
        }
    }

    fn add_name(&mut self, name: String, symbol: SymbolRef) {
        match symbol {
            SymbolRef::Func(_) => self.funcs += 1,
            SymbolRef::Global(_) => self.globals += 1,
        }
        self.names.entry(name).and_modify(|s| *s = None).or_insert(Some(symbol));
    }

    fn items(&mut self) -> Parsed<()> {
        let mut bodies: Vec<(usize, Range<usize>)> = Vec::new();
        while *self.peek() != Kind::End {
            let Kind::Word(word) = *self.peek() else { return Err(self.expected("an item")) };
            if !self.tokens[self.at].first {
                return Err(self.expected("the end of the line"));
            }
            self.at += 1;
            match word {
                "module" => self.module.name = self.string()?,
                "triple" => self.module.triple = self.string()?,
                "layout" => self.module.data_layout = self.string()?,
                "file" => {
                    self.next_number("files", self.module.files.len())?;
                    let file = self.string()?;
                    self.module.files.push(file);
                }
                "sig" => {
                    self.next_number("signatures", self.module.sigs.len())?;
                    let sig = self.signature()?;
                    let id = SigId::new(self.module.sigs.len());
                    self.sigs.entry(sig.clone()).or_insert(id);
                    self.module.sigs.push(sig);
                }
                "comdat" => {
                    let name = self.string()?;
                    let kind = self.choice(COMDATS, comdat_name, "a selection kind")?;
                    self.module.comdats.push(Comdat { name, kind });
                }
                "ctor" | "dtor" => {
                    let priority = self.unsigned("a priority")?;
                    let func = self.func_ref()?;
                    let list = if word == "ctor" { &mut self.module.ctors } else { &mut self.module.dtors };
                    list.push(Structor { priority, func });
                }
                "shim" => {
                    let shim = Shim { name: self.string()?, what: self.string()?, llvm: self.string()? };
                    self.module.shims.push(shim);
                }
                "asm" => {
                    let asm = self.string()?;
                    self.module.module_asm.push(asm);
                }
                "global" => {
                    let global = self.global()?;
                    self.module.globals.push(global);
                }
                "func" => {
                    let (func, body) = self.func()?;
                    bodies.extend(body.map(|range| (self.module.funcs.len(), range)));
                    self.module.funcs.push(func);
                }
                _ => {
                    self.at -= 1;
                    return Err(self.expected("an item"));
                }
            }
        }
        if (self.module.funcs.len(), self.module.globals.len()) != (self.funcs, self.globals) {
            return Err(self.error("braces do not match".into()));
        }
        for (func, range) in bodies {
            self.at = range.start;
            let body = self.body()?;
            self.module.funcs[func].body = Some(body);
        }
        Ok(())
    }

    fn global(&mut self) -> Parsed<Global> {
        let name = self.new_name()?;
        let bytes = self.unsigned("a size in bytes")?;
        self.keyword("align")?;
        let mut g = Global::declared(name, bytes, self.unsigned("an alignment")?);
        while let Some(word) = self.attribute() {
            match word {
                "tls" => g.tls = true,
                "constant" => g.constant = true,
                "unnamed_addr" => g.unnamed_addr = true,
                "used" => g.used = true,
                "comdat" => g.comdat = Some(self.string()?),
                "section" => g.section = Some(self.string()?),
                _ => self.linkage_word(word, &mut g.linkage, &mut g.visibility)?,
            }
        }
        while self.eat('=') {
            if self.eat('{') {
                g.data = Some(self.data()?);
            } else {
                g.alias = Some(self.alias()?);
            }
        }
        Ok(g)
    }

    /// What is between the braces of a global, and the closing one.
    fn data(&mut self) -> Parsed<Data> {
        let mut data = Data::default();
        loop {
            match self.peek() {
                Kind::Text(bytes) | Kind::Hex(bytes) => {
                    data.bytes.extend_from_slice(bytes);
                    self.at += 1;
                }
                Kind::Word("at") => {
                    self.at += 1;
                    let offset = self.unsigned("an offset")?;
                    self.punct(':')?;
                    let kind = self.choice(RELOCS, reloc_name, "a relocation kind")?;
                    let target = self.symbol()?;
                    let addend = self.offset()?;
                    data.relocs.push(DataReloc { offset, kind, target, addend });
                }
                Kind::Punct('}') => {
                    self.at += 1;
                    return Ok(data);
                }
                _ => return Err(self.expected("bytes in quotes, a relocation (at) or }")),
            }
        }
    }

    /// A function without its body, and where the body's tokens stand, behind the opening brace.
    fn func(&mut self) -> Parsed<(Func, Option<Range<usize>>)> {
        let name = self.new_name()?;
        let mut func = Func::declared(name, self.sig_ref()?);
        while let Some(word) = self.attribute() {
            match word {
                "noreturn" => func.flags.noreturn = true,
                "returns_twice" => func.flags.returns_twice = true,
                "cold" => func.flags.cold = true,
                "used" => func.flags.used = true,
                "variadic_definition" => func.flags.variadic_definition = true,
                "native" => func.flags.native = true,
                "personality" => func.personality = Some(self.func_ref()?),
                "comdat" => func.comdat = Some(self.string()?),
                "section" => func.section = Some(self.string()?),
                _ => self.linkage_word(word, &mut func.linkage, &mut func.visibility)?,
            }
        }
        if self.eat('=') {
            func.alias = Some(self.alias()?);
        }
        func.loc = self.loc()?;
        if self.tokens[self.at].first || !self.eat('{') {
            return Ok((func, None));
        }
        let start = self.at;
        let mut depth = 1;
        loop {
            match self.peek() {
                Kind::Punct('{') => depth += 1,
                Kind::Punct('}') => depth -= 1,
                Kind::End => return Err(self.expected("} at the end of the function")),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok((func, Some(start..self.at)));
            }
        }
    }

    fn alias(&mut self) -> Parsed<AliasOf> {
        Ok(AliasOf { target: self.symbol()?, offset: self.offset()? })
    }

    fn linkage_word(&mut self, word: &str, linkage: &mut Linkage, visibility: &mut Visibility) -> Parsed<()> {
        if let Some(&l) = LINKAGES.iter().find(|&&l| linkage_name(l) == word) {
            *linkage = l;
        } else if let Some(&v) = VISIBILITIES.iter().find(|&&v| visibility_name(v) == word) {
            *visibility = v;
        } else {
            self.at -= 1;
            return Err(self.expected("an attribute"));
        }
        Ok(())
    }

    /// A signature spelt out and interned, or one by number.
    fn sig_ref(&mut self) -> Parsed<SigId> {
        if let Some(i) = self.id("sig") {
            return if (i as usize) < self.module.sigs.len() {
                Ok(SigId(i))
            } else {
                self.at -= 1;
                Err(self.error(format!("sig{i} is not in the table of signatures")))
            };
        }
        let sig = self.signature()?;
        let next = SigId::new(self.module.sigs.len());
        let id = *self.sigs.entry(sig).or_insert_with_key(|sig| {
            self.module.sigs.push(sig.clone());
            next
        });
        Ok(id)
    }

    fn signature(&mut self) -> Parsed<Signature> {
        let mut sig = Signature::default();
        self.punct('(')?;
        while !self.eat(')') {
            if (!sig.params.is_empty() || sig.variadic.is_some()) && !matches!(self.take(), Kind::Punct(',')) {
                self.at -= 1;
                return Err(self.expected(", or )"));
            }
            if sig.variadic.is_none() && *self.peek() == Kind::Word("...") {
                self.at += 1;
                sig.variadic = Some(sig.params.len() as u32);
                continue;
            }
            let param = self.param()?;
            sig.params.push(param);
        }
        if *self.peek() == Kind::Arrow {
            self.at += 1;
            loop {
                sig.results.push(self.ty()?);
                if !self.eat(',') {
                    break;
                }
            }
        }
        Ok(sig)
    }

    fn param(&mut self) -> Parsed<Param> {
        let mut param = Param::new(self.ty()?);
        while let Kind::Word(word) = *self.peek() {
            self.at += 1;
            match word {
                "sext" => param.ext = Extension::Sign,
                "zext" => param.ext = Extension::Zero,
                "sret" => param.purpose = Purpose::StructReturn,
                "byval" => {
                    let bytes = self.unsigned("a size in bytes")?;
                    self.keyword("align")?;
                    param.purpose = Purpose::ByVal { bytes, align: self.unsigned("an alignment")? };
                }
                _ => {
                    self.at -= 1;
                    return Err(self.expected("a parameter attribute"));
                }
            }
        }
        Ok(param)
    }

    fn func_ref(&mut self) -> Parsed<FuncId> {
        match self.symbol()? {
            SymbolRef::Func(f) => Ok(f),
            SymbolRef::Global(_) => {
                self.at -= 1;
                Err(self.expected("a function"))
            }
        }
    }

    fn global_ref(&mut self) -> Parsed<GlobalId> {
        match self.symbol()? {
            SymbolRef::Global(g) => Ok(g),
            SymbolRef::Func(_) => {
                self.at -= 1;
                Err(self.expected("a global"))
            }
        }
    }

    /// A symbol by name or by number.
    fn symbol(&mut self) -> Parsed<SymbolRef> {
        let found = if let Some(i) = self.id("fn") {
            ((i as usize) < self.funcs).then_some(SymbolRef::Func(FuncId(i)))
        } else if let Some(i) = self.id("gv") {
            ((i as usize) < self.globals).then_some(SymbolRef::Global(GlobalId(i)))
        } else if let Kind::Symbol(name) = self.peek() {
            let found = self.names.get(name.as_ref()).copied();
            if found == Some(None) {
                return Err(self.error("several symbols have this name; refer to one by number".into()));
            }
            self.at += 1;
            found.flatten()
        } else {
            return Err(self.expected("a symbol"));
        };
        found.ok_or_else(|| {
            self.at -= 1;
            self.error("no such symbol in the module".into())
        })
    }

    fn new_name(&mut self) -> Parsed<String> {
        match self.take() {
            Kind::Symbol(name) => Ok(name.into_owned()),
            _ => {
                self.at -= 1;
                Err(self.expected("a symbol name"))
            }
        }
    }

    /// `!file:line:col`, or nothing.
    fn loc(&mut self) -> Parsed<SrcLoc> {
        if self.tokens[self.at].first || !self.eat('!') {
            return Ok(SrcLoc::default());
        }
        let file = self.unsigned("a file number")?;
        self.punct(':')?;
        let line = self.unsigned("a line number")?;
        self.punct(':')?;
        Ok(SrcLoc { file, line, col: self.unsigned("a column number")? })
    }

    /// The next word of the line, if there is one.
    fn attribute(&mut self) -> Option<&'t str> {
        let token = &self.tokens[self.at];
        match token.kind {
            Kind::Word(word) if !token.first => {
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    fn next_number(&mut self, what: &str, expected: usize) -> Parsed<()> {
        let number: u64 = self.unsigned("a number")?;
        if number == expected as u64 {
            return Ok(());
        }
        self.at -= 1;
        Err(self.error(format!("{what} are numbered in order; this one is {expected}")))
    }

    fn ty(&mut self) -> Parsed<Type> {
        match *self.peek() {
            Kind::Word(word) if Type::parse(word).is_some() => {
                self.at += 1;
                Ok(Type::parse(word).expect("just looked"))
            }
            _ => Err(self.expected("a type")),
        }
    }

    /// One of `all`, by the name that `name` gives it.
    fn choice<T: Copy>(&mut self, all: &[T], name: fn(T) -> &'static str, what: &str) -> Parsed<T> {
        let found = match *self.peek() {
            Kind::Word(word) => all.iter().copied().find(|&x| name(x) == word),
            _ => None,
        };
        let found = found.ok_or_else(|| self.expected(what))?;
        self.at += 1;
        Ok(found)
    }

    fn string(&mut self) -> Parsed<String> {
        match self.take() {
            Kind::Text(bytes) => String::from_utf8(bytes).map_err(|_| {
                self.at -= 1;
                self.error("this text must be UTF-8".into())
            }),
            _ => {
                self.at -= 1;
                Err(self.expected("text in quotes"))
            }
        }
    }

    /// A number without sign that fits `T`.
    fn unsigned<T: TryFrom<u128>>(&mut self, what: &str) -> Parsed<T> {
        let number = match *self.peek() {
            Kind::Number(digits) => integer(digits).and_then(|n| T::try_from(n).ok()),
            _ => None,
        };
        let number = number.ok_or_else(|| self.expected(what))?;
        self.at += 1;
        Ok(number)
    }

    /// A number, behind a minus or not, that fits `T`.
    fn signed<T: TryFrom<i128>>(&mut self, what: &str) -> Parsed<T> {
        let minus = self.eat('-');
        let n: i128 = self.unsigned(what)?;
        T::try_from(if minus { -n } else { n }).map_err(|_| {
            self.at -= 1;
            self.expected(what)
        })
    }

    /// `+n`, `-n`, or nothing, which is 0.
    fn offset<T: TryFrom<i128> + Default>(&mut self) -> Parsed<T> {
        match self.peek() {
            Kind::Punct('+' | '-') if !self.tokens[self.at].first => {
                self.eat('+');
                self.signed("an offset")
            }
            _ => Ok(T::default()),
        }
    }

    /// The number of the word `prefix` + digits, if that is next.
    fn id(&mut self, prefix: &str) -> Option<u32> {
        let id = self.id_at(self.at, prefix)?;
        self.at += 1;
        Some(id)
    }

    fn id_at(&self, at: usize, prefix: &str) -> Option<u32> {
        match self.tokens.get(at)?.kind {
            Kind::Word(word) => word.strip_prefix(prefix)?.parse().ok(),
            _ => None,
        }
    }

    fn peek(&self) -> &Kind<'t> {
        &self.tokens[self.at].kind
    }

    /// The next token, which is passed over. Never the end twice: callers fail on it.
    fn take(&mut self) -> Kind<'t> {
        let kind = self.tokens[self.at].kind.clone();
        self.at += 1;
        kind
    }

    fn eat(&mut self, c: char) -> bool {
        let found = *self.peek() == Kind::Punct(c);
        self.at += usize::from(found);
        found
    }

    fn punct(&mut self, c: char) -> Parsed<()> {
        if self.eat(c) { Ok(()) } else { Err(self.expected(&c.to_string())) }
    }

    fn keyword(&mut self, word: &str) -> Parsed<()> {
        if *self.peek() == Kind::Word(word) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(word))
        }
    }

    fn expected(&self, what: &str) -> ParseError {
        let found = match self.peek() {
            Kind::Word(word) | Kind::Number(word) => format!("`{word}`"),
            Kind::Symbol(name) => format!("`@{name}`"),
            Kind::Text(_) | Kind::Hex(_) => "text in quotes".into(),
            Kind::Arrow => "`->`".into(),
            Kind::Punct(c) => format!("`{c}`"),
            Kind::End => "the end".into(),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    fn error(&self, message: String) -> ParseError {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        ParseError::at(self.text, token.map_or(0, |t| t.start), message)
    }
}

/// Value of a decimal or hexadecimal integer.
fn integer(digits: &str) -> Option<u128> {
    match digits.strip_prefix("0x") {
        Some(hex) => u128::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

const LINKAGES: &[Linkage] = &[
    Linkage::External,
    Linkage::Internal,
    Linkage::Private,
    Linkage::Weak,
    Linkage::WeakOdr,
    Linkage::LinkOnce,
    Linkage::LinkOnceOdr,
    Linkage::Common,
    Linkage::AvailableExternally,
    Linkage::ExternWeak,
];
const VISIBILITIES: &[Visibility] = &[Visibility::Default, Visibility::Hidden, Visibility::Protected];
const COMDATS: &[ComdatKind] =
    &[ComdatKind::Any, ComdatKind::ExactMatch, ComdatKind::Largest, ComdatKind::NoDeduplicate, ComdatKind::SameSize];
const RELOCS: &[RelocKind] = &[RelocKind::Abs64, RelocKind::Rel32, RelocKind::Rel64];
