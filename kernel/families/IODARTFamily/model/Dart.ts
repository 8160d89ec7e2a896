import {
  DeviceModel, RegisterFile, type Fabric, type InterruptLine, type Iommu, type RegisterGroup, type ResetPhase,
} from '../../../hardware/index.ts'
import {
  CONFIG_LOCK, DART_BYTES, DART_PAGE_SHIFT, DART_STREAMS, DART_TABLE_SHIFT, DART_TTBRS, DartError,
  DartRegister, EntryBits, PARAMS1_PAGE_SHIFT, PARAMS2_BYPASS_SUPPORT, StreamCommand, StreamControl, TtbrBits,
} from '../registers.ts'

const PAGE_SHIFT = DART_PAGE_SHIFT
const ENTRIES_SHIFT = DART_TABLE_SHIFT
const INDEX_MASK = 2 ** ENTRIES_SHIFT - 1

type Name =
  | 'PARAMS1' | 'PARAMS2' | 'STREAM_COMMAND' | 'STREAM_SELECT' | 'ERROR' | 'ERROR_ADDR_LO' | 'ERROR_ADDR_HI'
  | 'CONFIG' | 'TCR' | 'TTBR'

export interface DartSettings {
  readonly bypassSupport: boolean
  readonly line: InterruptLine
}

/**
 * The IOMMU in front of a block: sixteen streams, each off, bypassed, or walked through two levels of tables
 * in
 * RAM with 16 KiB pages. A failed walk latches ERROR and raises the line until ERROR is cleared.
 */
export class Dart extends DeviceModel implements Iommu {
  readonly pageSizeBytes = 2 ** PAGE_SHIFT
  readonly registers: RegisterFile<Name>

  constructor(name: string, private readonly fabric: Fabric, private readonly settings: DartSettings) {
    super(name)
    this.registers = new RegisterFile<Name>(name, DART_BYTES, {
      PARAMS1: { offset: DartRegister.params1, access: 'ro', reset: PAGE_SHIFT << PARAMS1_PAGE_SHIFT,
        fields: { PAGE_SHIFT: { low: PARAMS1_PAGE_SHIFT, width: 4 } } },
      PARAMS2: { offset: DartRegister.params2, access: 'ro',
        reset: settings.bypassSupport ? PARAMS2_BYPASS_SUPPORT : 0 },
      STREAM_COMMAND: { offset: DartRegister.streamCommand, write: () => this.command() },
      STREAM_SELECT: { offset: DartRegister.streamSelect, writable: 0xffff },
      ERROR: { offset: DartRegister.error, access: 'w1c', write: () => this.updateInterrupt() },
      ERROR_ADDR_LO: { offset: DartRegister.errorAddressLow, access: 'ro' },
      ERROR_ADDR_HI: { offset: DartRegister.errorAddressHigh, access: 'ro' },
      CONFIG: { offset: DartRegister.config },
      TCR: { offset: DartRegister.control, count: DART_STREAMS,
        write: (_, former, stream) => this.guardLock('TCR', former, stream) },
      TTBR: { offset: DartRegister.translationBase, count: DART_STREAMS * DART_TTBRS,
        write: (_, former, index) => this.guardLock('TTBR', former, index) },
    })
  }

  /** Physical address behind a device address of a stream; null when the walk fails (an error is latched). */
  translate(stream: number, address: number, isWrite = false): number | null {
    const request = { stream, address, isWrite }
    const control = this.registers.get('TCR', stream)
    if ((control & StreamControl.bypassDart) !== 0 && this.settings.bypassSupport) return address
    if ((control & StreamControl.translate) === 0) return this.fail(request, DartError.noTranslationBase)
    const page = Math.floor(address / 2 ** PAGE_SHIFT)
    const top = Math.floor(page / 2 ** ENTRIES_SHIFT)
    const which = (top >>> ENTRIES_SHIFT) & (DART_TTBRS - 1)
    const base = this.registers.get('TTBR', stream * DART_TTBRS + which)
    if ((base & TtbrBits.valid) === 0) return this.fail(request, DartError.noTranslationBase)
    const table = (base & ~TtbrBits.valid) * 2 ** TtbrBits.addressShift
    const level1 = this.entry(table, top & INDEX_MASK)
    if ((level1 & EntryBits.valid) === 0) return this.fail(request, DartError.noTable)
    const level2 = this.entry(addressOf(level1), page & INDEX_MASK)
    if ((level2 & EntryBits.valid) === 0) return this.fail(request, DartError.noEntry)
    if (isWrite && (level2 & EntryBits.noWrite) !== 0) return this.fail(request, DartError.writeDenied)
    if (!isWrite && (level2 & EntryBits.noRead) !== 0) return this.fail(request, DartError.readDenied)
    return addressOf(level2) + (address % 2 ** PAGE_SHIFT)
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'DART', file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase === 'hold') this.registers.resetAll()
    this.updateInterrupt()
  }

  /** Translations are walked each time, so an invalidation is done as soon as it is asked for. */
  private command(): void {
    const value = this.registers.get('STREAM_COMMAND')
    this.registers.set('STREAM_COMMAND', (value & ~(StreamCommand.invalidate | StreamCommand.busy)) >>> 0)
  }

  private guardLock(name: 'TCR' | 'TTBR', former: number, index: number): void {
    if ((this.registers.get('CONFIG') & CONFIG_LOCK) !== 0) this.registers.set(name, former, index)
  }

  private entry(table: number, index: number): number {
    return Number(this.fabric.memory.read64(table + index * 8) & 0xfffffffffn)
  }

  private fail(request: { stream: number; address: number; isWrite: boolean }, code: number): null {
    const { stream, address, isWrite } = request
    if ((this.registers.get('ERROR') & DartError.flag) === 0) {
      const kind = isWrite ? DartError.isWrite : 0
      this.registers.set('ERROR_ADDR_LO', address >>> 0)
      this.registers.set('ERROR_ADDR_HI', Math.floor(address / 4294967296))
      this.registers.set('ERROR', (DartError.flag | (stream << DartError.streamShift) | kind | code) >>> 0)
    }
    this.updateInterrupt()
    return null
  }

  private updateInterrupt(): void {
    this.settings.line.set((this.registers.get('ERROR') & DartError.flag) !== 0)
  }
}

function addressOf(entry: number): number {
  return entry - (entry % 4096)
}
