import { getMatchRecorder, recordAsked, scoreNotes, type FamilyMatcher, type FamilyPredicate, type IOService } from
  '../../../iokit/index.ts'
import { OSBoolean, OSDynamicCast, OSString, OSSymbol, type OSDictionary } from '../../../libkern/index.ts'
import { kIOClassKey } from '../../../abi/index.ts'
import { IOLog } from '../../../mach/index.ts'
import { kIOPCIConfigRevisionID, kIOPCIConfigSubSystemVendorID, kIOPCIConfigVendorID } from '../registers.ts'
import { kIOPCIConfiguratorCheckTunnel, kIOPCIConfiguratorNoTunnelDrv, pciFlags } from './pciFlags.ts'

/** What the matcher needs of a PCI nub: the saved configuration registers. */
export interface PCIMatchable {
  savedConfigRead32(offset: number): number
  /** Whether the platform adds the score of an `IOPCIMatch` hit (those without ACPI do). */
  readonly addsMatchScore: boolean
}

interface Term {
  readonly value: bigint
  readonly mask: bigint
}

interface KeyRule {
  readonly key: string
  readonly registers: readonly number[]
  readonly defaultMask: bigint
}

const RULES: readonly KeyRule[] = [
  { key: 'IOPCIMatch', registers: [
    kIOPCIConfigVendorID, kIOPCIConfigSubSystemVendorID,
  ], defaultMask: 0xffffffffn },
  { key: 'IOPCIPrimaryMatch', registers: [kIOPCIConfigVendorID], defaultMask: 0xffffffffn },
  { key: 'IOPCISecondaryMatch', registers: [kIOPCIConfigSubSystemVendorID], defaultMask: 0xffffffffn },
  { key: 'IOPCIClassMatch', registers: [kIOPCIConfigRevisionID], defaultMask: 0xffffff00n },
]
const IOPCI_MATCH_SCORE = 1000
const FULL_MASK = 0xffffffffn
const TUNNELLED = OSSymbol.permanent('IOPCITunnelled')
const TUNNEL_COMPATIBLE = 'IOPCITunnelCompatible'

/** Reads a list of `value[&mask]` terms as strtoul does: base 16, optional 0x, until the first non-number. */
export function parseMatchTerms(text: string, defaultMask: bigint): Term[] {
  const terms: Term[] = []
  let rest = text
  for (;;) {
    const value = /^[\s]*(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+) */u.exec(rest)
    if (value === null) return terms
    rest = rest.slice(value[0].length)
    let mask = defaultMask
    if (rest.startsWith('&')) {
      const parsed = /^&[\s]*(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]*)/u.exec(rest)!
      mask = parsed[1] === '' ? 0n : BigInt(`0x${parsed[1]!}`)
      rest = rest.slice(parsed[0].length)
    }
    terms.push({ value: BigInt(`0x${value[1]!}`), mask })
  }
}

/** A term in 32-bit words, the value masked: what a register is compared with. */
interface WordTerm {
  readonly value: number
  readonly mask: number
}

/** The terms that a 32-bit register can satisfy at all. */
function wordTerms(terms: readonly Term[]): WordTerm[] {
  return terms.filter(({ value, mask }) => (value & mask) <= FULL_MASK).map(({ value, mask }) => ({
    value: Number(BigInt.asIntN(32, value & mask)), mask: Number(BigInt.asIntN(32, mask)),
  }))
}

function hits(nub: PCIMatchable, register: number, terms: readonly WordTerm[]): boolean {
  const seen = nub.savedConfigRead32(register)
  for (const { value, mask } of terms) if ((seen & mask) === value) return true
  return false
}

interface CompiledRule extends KeyRule {
  /** The text of the table. */
  readonly wanted: OSString
  readonly terms: readonly Term[]
  readonly words: readonly WordTerm[]
}

function compileRules(table: OSDictionary): CompiledRule[] {
  return RULES.flatMap((rule) => {
    const wanted = OSDynamicCast(OSString, table.getObject(rule.key))
    if (wanted === null) return []
    const terms = parseMatchTerms(wanted.getCStringNoCopy(), rule.defaultMask)
    return [{ ...rule, wanted, terms, words: wordTerms(terms) }]
  })
}

/** No key of the table is hit. */
const MISS = -1

/** Who is asked, and with what. */
interface Question {
  readonly service: IOService
  readonly table: OSDictionary
}

/** The score that the hits earn (an `IOPCIMatch` on the primary identifier does), or MISS. */
function matchRules(nub: PCIMatchable, rules: readonly CompiledRule[], question: Question): number {
  const isRecorded = getMatchRecorder() !== null
  let score = 0
  for (const rule of rules) {
    const register = hitRegister(nub, rule)
    if (isRecorded) recordRule(nub, rule, register !== MISS, question)
    if (register === MISS) return MISS
    if (rule.key === 'IOPCIMatch' && register === kIOPCIConfigVendorID) score = IOPCI_MATCH_SCORE
  }
  return score
}

/** Texts made already: an explanation says the same few registers for each of thousands of personalities. */
const registerTexts = new Map<number, string>()
const kMaxRegisterTexts = 4096

/** `0x15b88086 (register 0x0)`. */
function registerText(register: number, word: number): string {
  const key = (word >>> 0) + register * 0x100000000
  let text = registerTexts.get(key)
  if (text === undefined) {
    text = `0x${(word >>> 0).toString(16).padStart(8, '0')} (register 0x${register.toString(16)})`
    if (registerTexts.size === kMaxRegisterTexts) registerTexts.clear()
    registerTexts.set(key, text)
  }
  return text
}

/** Tells the recorder what the registers of a key hold. */
function recordRule(nub: PCIMatchable, rule: CompiledRule, isMatch: boolean, { service, table }: Question): void {
  let found = ''
  for (const register of rule.registers) {
    found += (found === '' ? '' : ', ') + registerText(register, nub.savedConfigRead32(register))
  }
  getMatchRecorder()?.asked({ service, table, key: rule.key, wanted: rule.wanted, found, isMatch })
}

function hitRegister(nub: PCIMatchable, rule: CompiledRule): number {
  for (const register of rule.registers) if (hits(nub, register, rule.words)) return register
  return MISS
}

/** What the family's flags (`pci` and `npci` boot-args) say of drivers for devices behind a tunnel. */
export interface TunnelPolicy {
  /** Those that do not say that they are made for it are refused (kIOPCIConfiguratorCheckTunnel; on by default). */
  readonly isStrict: boolean
  /** All are refused (kIOPCIConfiguratorNoTunnelDrv). */
  readonly refusesAll: boolean
}

/** What the flags of this world say of tunnels. */
function tunnelPolicy(): TunnelPolicy {
  const flags = pciFlags()
  return {
    isStrict: (flags & kIOPCIConfiguratorCheckTunnel) !== 0, refusesAll: (flags & kIOPCIConfiguratorNoTunnelDrv) !== 0,
  }
}

/** The rule for devices behind a tunnel: a driver that does not say it is made for that is refused. */
function tunnelAllows(service: IOService, table: OSDictionary, policyOf: () => TunnelPolicy): boolean {
  if (service.getProperty(TUNNELLED) === null) return true
  const driver = OSDynamicCast(OSString, table.getObject(kIOClassKey))?.getCStringNoCopy()
  if (driver === undefined || driver === 'IOPCI2PCIBridge') return true
  const compatible = table.getObject(TUNNEL_COMPATIBLE)
  if (compatible === null) IOLog(`Driver "${driver}" needs "${TUNNEL_COMPATIBLE}" key in plist\n`)
  const policy = policyOf()
  const saysYes = compatible instanceof OSBoolean && compatible.isTrue()
  const saysNo = compatible instanceof OSBoolean && compatible.isFalse()
  const isAllowed = !policy.refusesAll && !saysNo && (saysYes || !policy.isStrict)
  const found = policy.refusesAll ? 'no drivers behind tunnels' : 'behind a tunnel'
  return recordAsked({
    service, table, key: TUNNEL_COMPATIBLE, wanted: compatible, found, isMatch: isAllowed, reason: 'TUNNEL',
  })
}

const SOURCE = 'IOPCIBridge.cpp pciMatchNub'

/** A matcher over whatever knows the registers of a nub. */
export function makePCIMatcher(
  matchableOf: (service: IOService) => PCIMatchable, policyOf: () => TunnelPolicy = tunnelPolicy,
): FamilyMatcher {
  return {
    compile(table): FamilyPredicate {
      const rules = compileRules(table)
      return (service, score) => {
        const nub = matchableOf(service)
        const earned = matchRules(nub, rules, { service, table })
        if (earned === MISS) return false
        if (earned !== 0 && nub.addsMatchScore) {
          score.value += earned
          scoreNotes(service, table, SOURCE)?.('IOPCIMatch', earned)
        }
        return tunnelAllows(service, table, policyOf)
      }
    },

    tableKeys: pciTableKeys,

    serviceKeys(service): readonly number[] {
      const nub = matchableOf(service)
      const keys: number[] = []
      for (const register of INDEXED_REGISTERS) {
        const seen = nub.savedConfigRead32(register)
        for (let part = 0; part < KEY_MASKS.length; part++) keys.push(wordKey(register, seen, part))
      }
      return keys
    },
  }
}

/**
 * The PCI matching keys, on the saved registers of a nub.
 * @xnu IOPCIFamily/IOPCIBridge.cpp pciMatchNub, matchKeys, matchNubWithPropertyTable — faithful
 */
export const pciMatcher: FamilyMatcher = makePCIMatcher((service) => service as IOService & PCIMatchable)

function pciTableKeys(table: OSDictionary): readonly number[] | null {
  for (const rule of compileRules(table)) {
    const keys: number[] = []
    for (const term of rule.words) for (const register of rule.registers) keys.push(termKey(register, term))
    if (!keys.includes(MISS)) return keys
  }
  return null
}

const INDEXED_REGISTERS = [kIOPCIConfigVendorID, kIOPCIConfigRevisionID, kIOPCIConfigSubSystemVendorID]

/** Parts of a register by which tables are filed: all of it, the class code, the base class, the vendor. */
const KEY_MASKS = [0xffffffff | 0, 0xffffff00 | 0, 0xff000000 | 0, 0x0000ffff]

/** One number for register, part and the word under the part's mask; exact below 2^53. */
function wordKey(register: number, word: number, part: number): number {
  return ((word & KEY_MASKS[part]!) >>> 0) + (register * KEY_MASKS.length + part) * 0x100000000
}

/** The key of the largest part that the term fixes; MISS when it fixes none. */
function termKey(register: number, term: WordTerm): number {
  const part = KEY_MASKS.findIndex((mask) => (term.mask & mask) === mask)
  return part === -1 ? MISS : wordKey(register, term.value, part)
}
