//! The table of platforms.

use crate::Tier;
use target_lexicon::{Architecture, Environment, OperatingSystem, Triple};

/// Instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "names speak")]
pub enum Arch {
    X86_64,
    Aarch64,
}

/// Object file format.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "names speak")]
pub enum ObjectFormat {
    Elf,
    MachO,
    Coff,
}

/// C calling convention and layout.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Abi {
    /// System V AMD64.
    SystemV,
    /// Microsoft x64.
    Windows64,
    /// ARM's AAPCS64.
    Aapcs64,
    /// AAPCS64 as Apple changed it: variadic arguments on the stack, narrow arguments packed.
    AppleArm64,
}

impl Abi {
    /// Name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Abi::SystemV => "System V AMD64",
            Abi::Windows64 => "Microsoft x64",
            Abi::Aapcs64 => "AAPCS64",
            Abi::AppleArm64 => "Apple arm64",
        }
    }
}

/// Whose command line the linker reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LinkerFlavour {
    /// GNU ld's: `ld.lld`.
    Gnu,
    /// Apple's: `ld64.lld`.
    Darwin,
    /// Microsoft's: `lld-link`.
    Microsoft,
}

/// What a linker must be told to make an executable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Linker {
    /// Whose command line.
    pub flavour: LinkerFlavour,
    /// Name of lld's driver, without a version suffix.
    pub driver: &'static str,
    /// Options that stand first.
    pub options: &'static [&'static str],
    /// The dynamic linker's path, for formats that name it in the executable.
    pub interpreter: Option<&'static str>,
    /// Options that pack an executable's relative relocations, and the symbol version that says that the C library
    /// understands them.
    pub pack_relocations: Option<(&'static [&'static str], &'static str)>,
    /// Objects before the program's, to be found by name.
    pub start_files: &'static [&'static str],
    /// Arguments after the program's objects and libraries.
    pub libraries: &'static [&'static str],
    /// Objects at the very end, to be found by name.
    pub end_files: &'static [&'static str],
    /// Arguments that add the C++ standard library.
    pub cxx_libraries: &'static [&'static str],
}

/// What holds on a platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Platform {
    /// Short name, for reports.
    pub name: &'static str,
    /// Instruction set.
    pub arch: Arch,
    /// Object file format.
    pub format: ObjectFormat,
    /// C ABI.
    pub abi: Abi,
    /// Largest page size that a process may meet, in bytes. Images are aligned so that they can be mapped.
    pub page_bytes: u32,
    /// Tiers allowed.
    pub tiers: &'static [Tier],
    /// Linking.
    pub linker: Linker,
    system: System,
}

/// Which triples a row stands for, beside the instruction set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum System {
    LinuxGnu,
    LinuxMusl,
    Android,
    MacOs,
    Ios,
    WindowsMsvc,
    WindowsGnu,
}

impl Platform {
    pub(crate) fn matches(&self, triple: &Triple) -> bool {
        let arch = match triple.architecture {
            Architecture::X86_64 => Arch::X86_64,
            Architecture::Aarch64(_) => Arch::Aarch64,
            _ => return false,
        };
        let system = match (&triple.operating_system, triple.environment) {
            (OperatingSystem::Linux, Environment::Gnu) => System::LinuxGnu,
            (OperatingSystem::Linux, Environment::Musl) => System::LinuxMusl,
            (OperatingSystem::Linux, Environment::Android) => System::Android,
            (OperatingSystem::Darwin(_) | OperatingSystem::MacOSX(_), Environment::Unknown) => System::MacOs,
            (OperatingSystem::IOS(_), Environment::Unknown) => System::Ios,
            (OperatingSystem::Windows, Environment::Msvc) => System::WindowsMsvc,
            (OperatingSystem::Windows, Environment::Gnu) => System::WindowsGnu,
            _ => return false,
        };
        (self.arch, self.system) == (arch, system)
    }
}

const EVERYWHERE: &[Tier] = &[Tier::Bytecode, Tier::Aot, Tier::Jit];
const NO_CODE_AT_RUN_TIME: &[Tier] = &[Tier::Bytecode, Tier::Aot];

const ELF_OPTIONS: &[&str] = &["--hash-style=gnu", "--build-id", "--eh-frame-hdr", "-pie"];

const LINUX_GNU: Linker = Linker {
    flavour: LinkerFlavour::Gnu,
    driver: "ld.lld",
    options: ELF_OPTIONS,
    interpreter: Some("/lib64/ld-linux-x86-64.so.2"),
    pack_relocations: Some((&["-z", "pack-relative-relocs"], "GLIBC_ABI_DT_RELR")),
    start_files: &["Scrt1.o", "crti.o", "crtbeginS.o"],
    libraries: &[
        "-lgcc",
        "--push-state",
        "--as-needed",
        "-lgcc_s",
        "--pop-state",
        "-lc",
        "-lgcc",
        "--push-state",
        "--as-needed",
        "-lgcc_s",
        "--pop-state",
    ],
    end_files: &["crtendS.o", "crtn.o"],
    cxx_libraries: &["-lstdc++", "-lm"],
};

const ANDROID: Linker = Linker {
    interpreter: Some("/system/bin/linker64"),
    pack_relocations: None,
    start_files: &["crtbegin_dynamic.o"],
    libraries: &["-lc", "-ldl", "-lm"],
    end_files: &["crtend_android.o"],
    cxx_libraries: &["-lc++_shared"],
    ..LINUX_GNU
};

const APPLE: Linker = Linker {
    flavour: LinkerFlavour::Darwin,
    driver: "ld64.lld",
    options: &["-dynamic", "-arch", "arm64"],
    interpreter: None,
    pack_relocations: None,
    start_files: &[],
    libraries: &["-lSystem"],
    end_files: &[],
    cxx_libraries: &["-lc++"],
};

const WINDOWS_MSVC: Linker = Linker {
    flavour: LinkerFlavour::Microsoft,
    driver: "lld-link",
    options: &["/nologo", "/subsystem:console"],
    interpreter: None,
    pack_relocations: None,
    start_files: &[],
    libraries: &["/defaultlib:msvcrt", "/defaultlib:oldnames"],
    end_files: &[],
    cxx_libraries: &["/defaultlib:msvcprt"],
};

const WINDOWS_GNU: Linker = Linker {
    flavour: LinkerFlavour::Gnu,
    driver: "ld.lld",
    options: &["-m", "i386pep", "-Bdynamic"],
    interpreter: None,
    pack_relocations: None,
    start_files: &["crt2.o", "crtbegin.o"],
    libraries: &["-lmingw32", "-lgcc", "-lmoldname", "-lmingwex", "-lmsvcrt", "-lkernel32"],
    end_files: &["crtend.o"],
    cxx_libraries: &["-lstdc++"],
};

const LINUX_X86_64: Platform = Platform {
    name: "x86_64-linux-gnu",
    arch: Arch::X86_64,
    format: ObjectFormat::Elf,
    abi: Abi::SystemV,
    page_bytes: 4096,
    tiers: EVERYWHERE,
    linker: LINUX_GNU,
    system: System::LinuxGnu,
};

const LINUX_AARCH64: Platform = Platform {
    name: "aarch64-linux-gnu",
    arch: Arch::Aarch64,
    abi: Abi::Aapcs64,
    page_bytes: 65536,
    linker: Linker { interpreter: Some("/lib/ld-linux-aarch64.so.1"), ..LINUX_GNU },
    ..LINUX_X86_64
};

const MACOS_AARCH64: Platform = Platform {
    name: "aarch64-macos",
    arch: Arch::Aarch64,
    format: ObjectFormat::MachO,
    abi: Abi::AppleArm64,
    page_bytes: 16384,
    tiers: EVERYWHERE,
    linker: APPLE,
    system: System::MacOs,
};

const WINDOWS_X86_64: Platform = Platform {
    name: "x86_64-windows-msvc",
    format: ObjectFormat::Coff,
    abi: Abi::Windows64,
    linker: WINDOWS_MSVC,
    system: System::WindowsMsvc,
    ..LINUX_X86_64
};

/// Every platform that Rheo knows facts about.
pub const PLATFORMS: &[Platform] = &[
    LINUX_X86_64,
    Platform {
        name: "x86_64-linux-musl",
        system: System::LinuxMusl,
        linker: Linker { interpreter: Some("/lib/ld-musl-x86_64.so.1"), pack_relocations: None, ..LINUX_GNU },
        ..LINUX_X86_64
    },
    LINUX_AARCH64,
    Platform { name: "aarch64-linux-android", system: System::Android, linker: ANDROID, ..LINUX_AARCH64 },
    Platform { name: "aarch64-ios", system: System::Ios, tiers: NO_CODE_AT_RUN_TIME, ..MACOS_AARCH64 },
    MACOS_AARCH64,
    WINDOWS_X86_64,
    Platform { name: "x86_64-windows-gnu", system: System::WindowsGnu, linker: WINDOWS_GNU, ..WINDOWS_X86_64 },
];
