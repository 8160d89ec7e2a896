/** I/O APIC (82093AA): two registers select and access the rest. */
export const IoApicRegister = { select: 0x00, window: 0x10, eoi: 0x40 } as const
export const IoApicIndex = { version: 0x01, redirection: 0x10 } as const
/** Low half of a redirection entry. */
export const Redirection = { lowActive: 1 << 13, level: 1 << 15, masked: 1 << 16 } as const
