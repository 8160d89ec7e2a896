/** Wire layouts and numbers of the NVM Express Base Specification 1.4. */

export const SQ_ENTRY_BYTES = 64
export const CQ_ENTRY_BYTES = 16
export const PAGE_BYTES = 4096
export const IDENTIFY_BYTES = 4096

/** Admin opcodes (figure 139). */
export const AdminOpcode = {
  deleteSq: 0x00, createSq: 0x01, getLogPage: 0x02, deleteCq: 0x04, createCq: 0x05, identify: 0x06,
  abort: 0x08, setFeatures: 0x09, getFeatures: 0x0a, asyncEvent: 0x0c,
} as const

/** NVM command set opcodes (figure 346). */
export const NvmOpcode = {
  flush: 0x00, write: 0x01, read: 0x02, writeZeroes: 0x08, datasetManagement: 0x09,
} as const

/** Status field without the phase bit: code in bits 7..0, type in bits 10..8 (4.6.1). */
export const Status = {
  success: 0x000, invalidOpcode: 0x001, invalidField: 0x002,
  commandIdConflict: 0x003, dataTransferError: 0x004,
  internalError: 0x006, abortRequested: 0x007, abortedBySqDeletion: 0x008, invalidNamespace: 0x00b,
  sequenceError: 0x00c, invalidPrpOffset: 0x013, lbaOutOfRange: 0x080,
  completionQueueInvalid: 0x100, invalidQueueId: 0x101, invalidQueueSize: 0x102, abortLimit: 0x103,
  asyncEventLimit: 0x105, invalidVector: 0x108, invalidLogPage: 0x109, invalidQueueDeletion: 0x10c,
  featureNotSaveable: 0x10d, featureNotChangeable: 0x10e,
  unrecoveredRead: 0x281, writeFault: 0x280,
  /** Do Not Retry, above the type. */
  doNotRetry: 0x4000,
} as const

/** Identify selectors (figure 244). */
export const Cns = {
  namespace: 0x00, controller: 0x01, activeNamespaces: 0x02, namespaceDescriptors: 0x03,
} as const

/** Feature identifiers (figure 271). */
export const Feature = {
  arbitration: 0x01, powerManagement: 0x02, temperatureThreshold: 0x04, errorRecovery: 0x05, writeCache: 0x06,
  queueCount: 0x07, coalescing: 0x08, vectorConfiguration: 0x09, writeAtomicity: 0x0a, asyncEvents: 0x0b,
} as const

/** Log page identifiers (figure 191). */
export const LogPage = { error: 0x01, smart: 0x02, firmware: 0x03 } as const

/** Asynchronous event: type in bits 2..0, information in 15..8, log page in 23..16 (5.2). */
export const AsyncEvent = {
  invalidDoorbellRegister: (LogPage.error << 16) | (0x00 << 8),
  invalidDoorbellValue: (LogPage.error << 16) | (0x01 << 8),
} as const

/** Offsets in the Identify Controller data (figure 247). */
export const IdentifyController = {
  vendorId: 0, subsystemVendorId: 2, serial: 4, model: 24, firmware: 64, ieee: 73, mdts: 77, controllerId: 78,
  version: 80, oacs: 256, abortLimit: 258, asyncEventLimit: 259, firmwareSlots: 260, logAttributes: 261,
  errorLogEntries: 262, powerStates: 263, warningTemperature: 266, criticalTemperature: 268,
  sqEntrySize: 512, cqEntrySize: 513, namespaceCount: 516, oncs: 520,
  volatileWriteCache: 525, subsystemNqn: 768,
  powerState0: 2048,
} as const

/** Offsets in the Identify Namespace data (figure 245). */
export const IdentifyNamespace = {
  size: 0, capacity: 8, used: 16, features: 24, formatCount: 25, formattedSize: 26,
  nguid: 104, eui64: 120, format0: 128,
} as const

/** Offsets in the SMART log (figure 194). */
export const SmartLog = {
  criticalWarning: 0, temperature: 1, availableSpare: 3, spareThreshold: 4, percentageUsed: 5,
  dataUnitsRead: 32, dataUnitsWritten: 48, hostReads: 64, hostWrites: 80, busyMinutes: 96, powerCycles: 112,
  powerOnHours: 128, unsafeShutdowns: 144, mediaErrors: 160, errorEntries: 176,
} as const
export const SMART_LOG_BYTES = 512
