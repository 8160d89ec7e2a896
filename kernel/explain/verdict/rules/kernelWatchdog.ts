import type { Finding, VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /watchdog timeout: no checkins from (\S{1,100}) (?:in|since)? ?(\d{1,6})?/iu,
  /watchdog timeout:? shutdown in progress|AppleARMWatchdogTimer/iu,
)

/** Nothing of user space ran any more: not even the daemon that feeds the watchdog. */
export const kernelWatchdog: VerdictRule = {
  name: 'kernel-watchdog',
  find(panic): Finding | null {
    const said = panic.says(SAYS)
    if (said === null || /userspace/iu.test(panic.words)) return null
    const isShutdown = /shutdown/iu.test(panic.words)
    const compressor = panic.labelled('Compressor Info', 'how full memory and swap were')
    return {
      class: isShutdown ? 'shutdown-timeout' : 'watchdogd-timeout',
      backtrace: 'reporter',
      confidence: 'high',
      title: isShutdown ? 'Shutting down took too long' : 'All of user space hung',
      sentence: isShutdown
        ? 'The machine was shutting down and did not finish in time.'
        : `watchdogd has not run${said.match[2] === undefined ? '' : ` for ${said.match[2]} seconds`}: no `
          + 'process got any time, so the machine was stopped on purpose.',
      cause:
        'Threads of high priority, interrupts or a lock kept every process from running, or memory was '
          + 'exhausted.',
      evidence: [panic.evidence(said.line, 'the watchdog\'s own message'), ...compressor],
      cannotTell:
        'The watchdog tells that nothing ran, not who kept it from running: that takes the stackshot or the '
          + 'cores\' states.',
      cautions: [
        'The thread that panicked is the watchdog\'s; whatever kept the cores busy is on the others.',
      ],
      next: [
        'See what the other cores were at (CORE lines) and which threads of the stackshot are in TH_RUN.',
        'Check memory: compressor and swap figures, and the largest processes.',
        'See whether a virtual machine, a network filter or a security tool was at full load.',
      ],
    }
  },
}
