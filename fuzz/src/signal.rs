//! A stack of its own for the signals that end a target.

use std::mem::MaybeUninit;

/// What libFuzzer needs to write its report.
const SIZE: usize = 1 << 20;

/// Makes a stack overflow a finding like any other, with its input kept: without this, the handler of its signal has no
/// stack to run on. To be called before libFuzzer installs its handlers, which take over `SA_ONSTACK`.
pub fn report_stack_overflows() {
    let stack: &'static mut [MaybeUninit<u8>] = Box::leak(Box::new_uninit_slice(SIZE));
    // SAFETY: the stack lives as long as the process; the default action is set again, with one more flag.
    unsafe {
        let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: SIZE };
        libc::sigaltstack(&raw const stack, std::ptr::null_mut());
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = libc::SIG_DFL;
        action.sa_flags = libc::SA_ONSTACK;
        for signal in [libc::SIGSEGV, libc::SIGBUS] {
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
}
