/** What the error code of a page fault says. */
export interface PageFaultMeaning {
  readonly access: 'read' | 'write' | 'execute'
  /** False: nothing is mapped there. True: it is mapped, and this access is not allowed. */
  readonly isMapped: boolean
  readonly fromUser: boolean
  /** A reserved bit of the page table was set: the table itself is damaged. */
  readonly reservedBit: boolean
}

/** Decodes the error code that an Intel processor pushes for a page fault. */
export function decodePageFault(errorCode: bigint): PageFaultMeaning {
  const code = Number(errorCode & 0xffn)
  const dataAccess = (code & 2) === 0 ? 'read' : 'write'
  return {
    access: (code & 0x10) === 0 ? dataAccess : 'execute',
    isMapped: (code & 1) !== 0,
    fromUser: (code & 4) !== 0,
    reservedBit: (code & 8) !== 0,
  }
}
