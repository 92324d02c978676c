//! The serving process shuts itself in: the files of one folder, the connections it accepts, and
//! nothing else of the machine. What it does not need, a defect in it cannot use either.
//!
//! Both walls are the kernel's (Landlock since Linux 5.13, connections since 6.7; seccomp). They
//! hold for the calling thread and every thread it starts, and nobody can take them down again.
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::error::{OrFail, Result};

/// What the kernel of this machine keeps.
#[derive(Debug)]
pub struct Walls {
    /// Files outside the folder can be neither read nor written.
    pub files: bool,
    /// No program can be started, no connection opened, no other process looked into.
    pub calls: bool,
    /// Neither a core file nor another process of this user gets what is in memory.
    pub cores: bool,
}

/// Call it before the first thread is started: those that run already would stay outside.
///
/// A kernel without Landlock, or a container that forbids it, is no error: what it cannot keep is
/// said in the answer. A folder that does not exist is one.
pub fn confine(folder: &Path) -> Result<Walls> {
    let cores = leave_no_core().is_ok();
    let folder = PathFd::new(folder).internal("cannot open the folder to shut the process in")?;
    let files = restrict_files(folder).internal("cannot shut the process in")?;
    let calls = restrict_calls().is_some();
    Ok(Walls {
        files,
        calls,
        cores,
    })
}

/// Events and keys are in memory.
fn leave_no_core() -> io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

fn restrict_files(folder: PathFd) -> Result<bool, RulesetError> {
    let needed = AccessFs::ReadFile
        | AccessFs::ReadDir
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile;
    let status: RestrictionStatus = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V6))?
        .handle_access(AccessNet::ConnectTcp)?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .add_rule(PathBeneath::new(folder, needed))?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// None where the kernel or the processor has no such filter.
fn restrict_calls() -> Option<()> {
    let action = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(
        forbidden_calls()?,
        SeccompAction::Allow,
        action,
        processor()?,
    );
    let program: BpfProgram = filter.ok()?.try_into().ok()?;
    seccompiler::apply_filter(&program).ok()
}

fn processor() -> Option<TargetArch> {
    if cfg!(target_arch = "x86_64") {
        Some(TargetArch::x86_64)
    } else if cfg!(target_arch = "aarch64") {
        Some(TargetArch::aarch64)
    } else {
        None
    }
}

/// A list of what is forbidden rather than of what is allowed: a new version of the C library may
/// use a call we have not heard of, and a log that then stops would be worse than one call more.
fn forbidden_calls() -> Option<BTreeMap<i64, Vec<SeccompRule>>> {
    let whole = [
        // Start a program.
        libc::SYS_execve,
        libc::SYS_execveat,
        // Reach out: Annals is asked, it never asks.
        libc::SYS_connect,
        // Look into other processes, or be looked into.
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd,
        // Change what the machine looks like.
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_move_mount,
        libc::SYS_open_tree,
        libc::SYS_fsopen,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_setns,
        libc::SYS_unshare,
        // Parts of the kernel that nothing here uses and that have had holes.
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_io_uring_setup,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_keyctl,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_kexec_load,
        libc::SYS_open_by_handle_at,
    ];
    let mut rules: BTreeMap<_, _> = whole.into_iter().map(|call| (call, Vec::new())).collect();
    rules.insert(libc::SYS_socket, other_sockets()?);
    Some(rules)
}

/// Every socket but one that could listen for TCP: a datagram is sent without connecting.
fn other_sockets() -> Option<Vec<SeccompRule>> {
    const DOMAIN: u8 = 0;
    const TYPE: u8 = 1;
    /// The rest of the argument says how it is opened.
    const TYPE_BITS: u64 = 0xf;
    let is = |argument, how, value: i32| {
        let value = u64::from(value.unsigned_abs());
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)
    };
    let foreign = vec![
        is(DOMAIN, SeccompCmpOp::Ne, libc::AF_INET).ok()?,
        is(DOMAIN, SeccompCmpOp::Ne, libc::AF_INET6).ok()?,
    ];
    let mut rules = vec![SeccompRule::new(foreign).ok()?];
    for other in [libc::SOCK_DGRAM, libc::SOCK_RAW, libc::SOCK_SEQPACKET] {
        let typed = is(TYPE, SeccompCmpOp::MaskedEq(TYPE_BITS), other).ok()?;
        rules.push(SeccompRule::new(vec![typed]).ok()?);
    }
    Some(rules)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::process::Command;
    use std::{fs, process, thread};

    use super::*;

    #[test]
    fn a_confined_thread_has_one_folder_and_no_way_out() {
        let folder = Path::new("/tmp").join(format!("annals-confine-{}", process::id()));
        fs::create_dir_all(folder.join("keys")).unwrap();
        fs::write(folder.join("keys/inside"), "inside").unwrap();
        let outside = Path::new("/tmp").join(format!("annals-outside-{}", process::id()));
        fs::write(&outside, "outside").unwrap();
        let listening = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listening.local_addr().unwrap();

        // The walls are this thread's: the rest of the tests stay free.
        let confined = thread::spawn({
            let (folder, outside) = (folder.clone(), outside.clone());
            move || {
                let files = restrict_files(PathFd::new(&folder).unwrap()).unwrap();
                let calls = restrict_calls();
                assert!(files && calls.is_some(), "this kernel has neither wall");
                thread::spawn(move || refused(&folder, &outside, address))
                    .join()
                    .unwrap()
            }
        });
        let refused = confined.join().unwrap();
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_file(&outside);
        assert_eq!(refused, vec![ErrorKind::PermissionDenied; 8]);
    }

    /// Does what is allowed, and answers what came of the rest. In a thread started from within.
    fn refused(folder: &Path, outside: &Path, address: std::net::SocketAddr) -> Vec<ErrorKind> {
        assert_eq!(fs::read(folder.join("keys/inside")).unwrap(), b"inside");
        fs::write(folder.join("new"), "new").unwrap();
        fs::rename(folder.join("new"), folder.join("renamed")).unwrap();
        fs::remove_file(folder.join("renamed")).unwrap();
        TcpListener::bind("127.0.0.1:0").unwrap();
        vec![
            fs::read(outside).unwrap_err().kind(),
            fs::read("/etc/passwd").unwrap_err().kind(),
            fs::write(outside, "changed").unwrap_err().kind(),
            fs::remove_file(outside).unwrap_err().kind(),
            TcpStream::connect(address).unwrap_err().kind(),
            UdpSocket::bind("127.0.0.1:0").unwrap_err().kind(),
            UnixStream::connect("/run/any").unwrap_err().kind(),
            Command::new("/bin/true").status().unwrap_err().kind(),
        ]
    }
}
