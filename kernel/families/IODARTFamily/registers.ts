/** Registers of a DART (the IOMMU of Apple's chips) of the t8020 generation, as public drivers use them. */
export const DartRegister = {
  params1: 0x00,
  params2: 0x04,
  streamCommand: 0x20,
  streamSelect: 0x34,
  error: 0x40,
  errorAddressLow: 0x50,
  errorAddressHigh: 0x54,
  config: 0x60,
  control: 0x100,
  translationBase: 0x200,
} as const

export const DART_BYTES = 0x4000
export const DART_STREAMS = 16
export const DART_TTBRS = 4

/** PARAMS1: page shift in 27..24. PARAMS2: bit 0 says that streams may bypass. */
export const PARAMS1_PAGE_SHIFT = 24
export const PARAMS2_BYPASS_SUPPORT = 1 << 0
export const StreamCommand = { invalidate: 1 << 20, busy: 1 << 2 } as const
export const DartError = {
  flag: 0x80000000, streamShift: 24, noTranslationBase: 1 << 0, noTable: 1 << 1, noEntry: 1 << 2,
  writeDenied: 1 << 3, readDenied: 1 << 4, isWrite: 1 << 10,
} as const
export const CONFIG_LOCK = 1 << 15
/** Per-stream control. */
export const StreamControl = { translate: 1 << 7, bypassDart: 1 << 8, bypassDapf: 1 << 12 } as const
/** Translation base: valid bit and the table's page number. */
export const TtbrBits = { valid: 0x80000000, addressShift: 12 } as const
/** Table entries: bits 1..0 valid, bits 35..12 the page; in the lower table also what is not allowed. */
export const EntryBits = { valid: 0x3, noWrite: 1 << 7, noRead: 1 << 8, addressMask: 0xffffff000 } as const

/** Device addresses: 2 bits translation base, 11 bits of each table, 14 bits in the page. */
export const DART_PAGE_SHIFT = 14
export const DART_TABLE_SHIFT = 11
