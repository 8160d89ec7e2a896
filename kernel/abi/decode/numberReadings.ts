import { bugType } from '../bugTypes.ts'
import { errnoName } from '../errnoNames.ts'
import { decodeEsr } from '../esr.ts'
import { decodeGuard } from '../excGuard.ts'
import { decodeResource } from '../excResource.ts'
import { exitReasonMeaning } from '../exitReasons.ts'
import { fourCCText } from '../fourCC.ts'
import { machException } from '../machExceptions.ts'
import { decodePanicFlags } from '../panicFlags.ts'
import { signalName } from '../signals.ts'
import { decodeSleepFailure, sleepPhases } from '../sleepFailure.ts'
import { constantMeaning, constantsWith, type Constant } from './constantNames.ts'
import { reading, type Reading } from './Reading.ts'

const SUBSYSTEMS = new Map<number, string>([
  [0, 'common'], [1, 'USB'], [2, 'FireWire'], [4, 'block storage'], [5, 'graphics'], [6, 'networking'], [8,
    'Bluetooth'],
  [9, 'PMU'], [10, 'ACPI'], [11, 'SMBus'], [12, 'AHCI'], [13, 'power management'], [14, 'HID system'], [16,
    'SCSI'],
  [17, 'USB audio'], [28, 'NVMe'], [29, 'Thunderbolt'], [0xffe, 'vendor specific'],
])
const MESSAGE_ERROR = 0x10000000
/** Bits of a message error that tell which resource ran out. */
const RESOURCE_BITS = 0x3e00

const fits: Partial<Record<Constant['kind'], number>> = { IOMessage: 92, kern_return: 50, mig_return: 90 }

/** Readings of a number of 32 bits, given without its sign. */
export function readings32(value: number): Reading[] {
  return [
    ...named(value), ...messageErrors(value), ...families(value), ...unixErrors(value), ...words(value),
      ...smallNumbers(value),
    ...flags(value), ...syndromes(value), ...letters(value),
  ]
}

function named(value: number): Reading[] {
  return constantsWith(value).map((constant) => {
    const fit = value === 0 ? 40 : fits[constant.kind] ?? 96
    return reading(constant.kind, constant.name, constantMeaning(constant), { fit })
  })
}

/** Message errors with the bits that say what ran out. */
function messageErrors(value: number): Reading[] {
  const bare = (value & ~RESOURCE_BITS) >>> 0
  if (bare === value || value >>> 16 !== MESSAGE_ERROR >>> 16) return []
  const parts = [
    ...(value & 0x2000) === 0 ? [] : ['MACH_MSG_IPC_SPACE: no room for names of ports'],
    ...(value & 0x1000) === 0 ? [] : ['MACH_MSG_VM_SPACE: no room in memory'],
    ...(value & 0x800) === 0 ? [] : ['MACH_MSG_IPC_KERNEL: the kernel ran short of ports'],
    ...(value & 0x400) === 0 ? [] : ['MACH_MSG_VM_KERNEL: the kernel ran short of memory'],
  ]
  return constantsWith(bare).filter(({ kind }) => kind === 'mach_msg_return')
    .map((constant) => reading('mach_msg_return', constant.name, constantMeaning(constant), { fit: 92,
      parts }))
}

/** I/O Kit and libkern errors that have no name in the common headers. */
function families(value: number): Reading[] {
  const system = value >>> 26
  if ((system !== 0x38 && system !== 0x37) || constantsWith(value).length > 0) return []
  const subsystem = value >>> 14 & 0xfff
  const code = value & 0x3fff
  const family = SUBSYSTEMS.get(subsystem)
  const whose = family === undefined ? `subsystem ${subsystem}` : `the ${family} family`
  const text = system === 0x37 ? `libkern error, subsystem ${subsystem}, code 0x${code.toString(16)}`
    : `I/O Kit error of ${whose}, code 0x${code.toString(16)}`
  return [reading(system === 0x37 ? 'OSReturn' : 'IOReturn', null, text, { fit: family === undefined ? 45
    : 70 })]
}

/** `unix_err`: a BSD error number as a Mach error. */
function unixErrors(value: number): Reading[] {
  const row = value >>> 14 === 3 ? errnoName(value & 0x3fff) : null
  return row === null ? [] : [reading('unix error', row.name, `${row.meaning} (unix_err)`, { fit: 65 })]
}

/** Codes that read as words. */
function words(value: number): Reading[] {
  const known = value > 0xffff ? exitReasonMeaning(null, value) : null
  return known === null ? [] : [reading('exit reason', known.name, known.meaning, { fit: 95 })]
}

/** Numbers that many tables start with. */
function smallNumbers(value: number): Reading[] {
  const readings: Reading[] = []
  const errno = errnoName(value)
  if (errno !== null) readings.push(reading('errno', errno.name, errno.meaning, { fit: 45 }))
  const signal = signalName(value)
  if (signal !== null) readings.push(reading('signal', signal, `signal ${value}`, { fit: 30 }))
  const exception = machException(value)
  if (exception !== null) readings.push(reading('exception', exception.name, exception.meaning, { fit: 25 }))
  const bug = bugType(value)
  if (bug !== null) readings.push(reading('bug_type', null, bug.title, { fit: value >= 98 ? 60 : 28 }))
  const phase = value === 0 ? undefined : sleepPhases.find(({ code }) => code === value)
  if (phase !== undefined) {
    readings.push(reading('sleep phase', phase.name, phase.description ?? phase.direction, { fit: 20 }))
  }
  return readings
}

/** Panic flags, on both kinds of header. */
function flags(value: number): Reading[] {
  if (value === 0 || value > 0x7ffff) return []
  return (['embedded', 'intel'] as const).flatMap((kind) => {
    const { flags: set, unknownBits } = decodePanicFlags(value, kind)
    if (unknownBits !== 0) return []
    const parts = set.map(({ bit, name, meaning }) => `0x${bit.toString(16)} ${name}: ${meaning}`)
    const where = kind === 'intel' ? 'on an Intel Mac without a T2' : 'on Apple silicon or a T2'
    return [reading('panic flags', null, `${where}: ${set.map(({ meaning }) => meaning).join('; ')}`,
      { fit: (value > 0xff ? 32 : 12) - (kind === 'intel' ? 1 : 0), parts })]
  })
}

function syndromes(value: number): Reading[] {
  const esr = value >>> 0 < 0x2000000 || (value >>> 25 & 1) === 0 ? null : decodeEsr(value)
  if (esr === null) return []
  const isUsual = esr.fault !== null || esr.immediate !== null
  return [reading('ESR', null, esr.sentence, { fit: isUsual && value >>> 26 !== 0x38 ? 50 : 15 })]
}

function letters(value: number): Reading[] {
  const text = fourCCText(value)
  if (text === null) return []
  const fit = /^[A-Za-z0-9 #*]{4}$/u.test(text) ? 75 : 35
  return [reading('FourCC', `'${text}'`, 'four letters', { fit })]
}

/** Readings of one number beyond 32 bits. */
export function readings64(value: bigint): Reading[] {
  const readings: Reading[] = []
  if (value >> 61n !== 0n) readings.push(...readingsOfPair(value, 0n).map((one) => ({ ...one,
    fit: one.fit - 30 })))
  const phase = Number(value & 0xffff_ffffn)
  const failure = decodeSleepFailure(Number(value >> 32n & 0xffff_ffffn), phase)
  if (value >> 32n !== 0n && failure.phase !== null && phase !== 0
    && phase <= 0x32) readings.push(sleepReading(failure, 35))
  return readings
}

function sleepReading(failure: ReturnType<typeof decodeSleepFailure>, fit: number): Reading {
  const pending = failure.pendingPciDevices
  const parts = [
    ...pending.length === 0 ? [] : [`top-level PCI devices that had not finished: ${pending.join(', ')}`],
    ...failure.loginWindow + failure.coreDisplay + failure.coreGraphics === 0 ? []
      : [`progress: login window ${failure.loginWindow}, displays ${failure.coreDisplay}, `
        + `graphics ${failure.coreGraphics}`],
  ]
  const { phase } = failure
  return reading('sleep failure', phase?.name ?? null, phase?.description ?? phase?.direction
    ?? 'no such phase', { fit, parts })
}

/** Readings of two numbers that belong together: exception codes, a sleep failure. */
export function readingsOfPair(first: bigint, second: bigint): Reading[] {
  const readings: Reading[] = []
  const guard = first >> 61n === 0n ? null : decodeGuard(first, second)
  if (guard !== null) {
    const what = `${guard.typeName}, flavor ${guard.flavor}, target ${guard.target}`
    const parts = [what, `identifier 0x${second.toString(16)}`]
    const isNamed = guard.flavorNames.length > 0
    readings.push(reading('EXC_GUARD', guard.flavorNames[0] ?? guard.typeName, guard.sentence,
      { fit: isNamed ? 85 : 60, parts }))
  }
  const resource = first >> 61n === 0n ? null : decodeResource(first, second)
  if (resource !== null && resource.flavorName !== null) {
    readings.push(reading('EXC_RESOURCE', resource.flavorName, resource.sentence, { fit: 65,
      parts: [resource.typeName] }))
  }
  const isWords = first <= 0xffff_ffffn && second <= 0xffff_ffffn
  const failure = isWords ? decodeSleepFailure(Number(first), Number(second)) : null
  if (failure !== null && failure.phase !== null && second !== 0n) readings.push(sleepReading(failure, 90))
  return readings
}
