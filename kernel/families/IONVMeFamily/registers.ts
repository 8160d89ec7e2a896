/** Controller registers (NVM Express 1.4, section 3.1). Offsets from the start of BAR 0. */
export const Reg = {
  CAP: 0x00, VS: 0x08, INTMS: 0x0c, INTMC: 0x10, CC: 0x14, CSTS: 0x1c, NSSR: 0x20,
  AQA: 0x24, ASQ: 0x28, ACQ: 0x30, doorbells: 0x1000,
  /** Apple's storage coprocessor says here that its firmware runs. */
  ansBootStatus: 0x1300,
} as const

/** Value of `ansBootStatus` when the coprocessor is ready. */
export const ANS_BOOT_READY = 0xde71ce55

/** Controller configuration (3.1.5). */
export const CC = {
  enable: 1 << 0,
  shutdownMask: 3 << 14, shutdownNormal: 1 << 14,
  pageShiftLow: 7, ioSqEntryLow: 16, ioCqEntryLow: 20,
  /** 64-byte submission and 16-byte completion entries. */
  entrySizes: (6 << 16) | (4 << 20),
} as const

/** Controller status (3.1.6). */
export const CSTS = { ready: 1 << 0, fatal: 1 << 1, shutdownMask: 3 << 2, shutdownDone: 2 << 2 } as const

/** Fields of the low and high halves of CAP (3.1.1). */
export const CAP = {
  maxEntriesMask: 0xffff, contiguous: 1 << 16, timeoutLow: 24,
  doorbellStrideMask: 0xf, nvmCommandSet: 1 << 5, pageMinLow: 16, pageMaxLow: 20,
} as const

/** Submission doorbell of a queue: even index; its completion doorbell follows. */
export function doorbellOffset(queue: number, completion: boolean, strideShift: number): number {
  return Reg.doorbells + (2 * queue + (completion ? 1 : 0)) * (4 << strideShift)
}
