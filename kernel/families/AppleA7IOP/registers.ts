/** Registers of an ASC wrapper, version 4, as public drivers for these chips use them. */
export const AscRegister = {
  cpuControl: 0x0044,
  cpuStatus: 0x0048,
  sendControl: 0x8110,
  receiveControl: 0x8114,
  send0: 0x8800,
  send1: 0x8808,
  receive0: 0x8830,
  receive1: 0x8838,
} as const

export const ASC_BYTES = 0x6c000

/** Bit of CPU_CONTROL that lets the coprocessor run; CPU_STATUS reads it back, inverted, as "idle". */
export const CPU_CONTROL_RUN = 1 << 4
export const CPU_STATUS_STOPPED = 1 << 0

/** Bits of the two mailbox control registers. */
export const MailboxControl = { full: 1 << 16, empty: 1 << 17 } as const

/** Interrupts of a wrapper in the order its nub lists them. */
export const MailboxInterrupt =
  { sendNotEmpty: 0, sendEmpty: 1, receiveNotEmpty: 2, receiveEmpty: 3 } as const
