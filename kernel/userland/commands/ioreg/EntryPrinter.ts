import type { KernelThread } from '../../../sim/index.ts'
import type { CFType } from '../../CoreFoundation/index.ts'
import type { LineWriter } from './LineWriter.ts'
import type { IoregOptions } from './options.ts'
import { LIVE_STYLE, type DumpStyle } from './Presentation.ts'
import type { Entry, EntryFacts, RegistryReader } from './RegistryReader.ts'
import { printSmart } from './smart/index.ts'
import { headerPrefix, propertyPrefix } from './TreeDrawing.ts'
import { byteText, ValuePrinter } from './ValuePrinter.ts'

/** What the entry printer needs; `boldOn` and `boldOff` are empty where the terminal has no bold. */
export interface PrinterSetting {
  readonly reader: RegistryReader
  readonly writer: LineWriter
  readonly options: IoregOptions
  readonly style: DumpStyle
  readonly width: number
  readonly boldOn: string
  readonly boldOff: string
}

/** Prints one entry: its tree line and, when wanted, its properties. */
export class EntryPrinter {
  private readonly values: ValuePrinter

  constructor(private readonly setting: PrinterSetting) {
    this.values = new ValuePrinter({ hex: setting.options.hex, isServed: setting.style !== LIVE_STYLE })
  }

  *show(entry: Entry, depth: number, bits: number, withProperties: boolean): KernelThread {
    yield* this.header(entry, depth, bits)
    if (withProperties) yield* this.properties(entry, depth, bits)
  }

  private *header(entry: Entry, depth: number, bits: number): KernelThread {
    const { reader, writer, options, style, boldOn, boldOff } = this.setting
    const facts = yield* reader.facts(entry)
    const inheritance = options.inheritance ? yield* reader.inheritance(entry, facts.className) : null
    writer.print(headerPrefix(bits, depth))
    if (boldOn !== '') writer.escape(boldOn)
    writer.print(byteText(facts.name))
    if (boldOff !== '') writer.escape(boldOff)
    if (facts.location !== null) writer.print(`@${byteText(facts.location)}`)
    const chain = inheritance === null ? facts.className : inheritance.join(':')
    writer.print(`  <class ${byteText(chain)}${factsText(facts, style)}>`)
    writer.endLine()
  }

  private *properties(entry: Entry, depth: number, bits: number): KernelThread {
    const { reader, writer, options, style } = this.setting
    const presentation = style === LIVE_STYLE ? null : yield* reader.presentation(entry)
    if (presentation !== null && !presentation.hasProperties) return
    const properties = yield* reader.properties(entry)
    if (properties === null) return
    const prefix = propertyPrefix(bits, depth)
    writer.print(`${prefix}{`)
    writer.endLine()
    this.values.beginBlock(presentation?.overrides)
    const { keys, values } = properties
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? ''
      writer.print(`${prefix}  ${this.values.key(key)} = `)
      yield* this.value(entry, { key, value: values[i] as CFType, prefix, depth }, options.smart)
    }
    writer.print(`${prefix}}`)
    writer.endLine()
    writer.print(prefix)
    writer.endLine()
  }

  private *value(entry: Entry, property: Property, smart: boolean): KernelThread {
    const { writer } = this.setting
    if (!smart || !(yield* printSmart(this.setting, entry, property))) {
      writer.print(this.values.print(property.value))
      writer.endLine()
    }
  }
}

/** One property on its way out. */
export interface Property {
  readonly key: string
  readonly value: CFType
  /** What precedes each line of the block. */
  readonly prefix: string
  readonly depth: number
}

function factsText(facts: EntryFacts, style: DumpStyle): string {
  const id = style.printsIds ? `, id 0x${facts.id.toString(16)}` : ''
  const service = facts.service
  const state = service === null ? '' : serviceText(service.state, service.busy, service.busyTimeNs)
  return `${id}${state}, ${style.retainWord} ${facts.retain}`
}

function serviceText(state: number, busy: number, busyTimeNs: number): string {
  const registered = (state & 0x2) === 0 ? '!registered' : 'registered'
  const matched = (state & 0x4) === 0 ? '!matched' : 'matched'
  const active = (state & 0x1) === 0 ? 'active' : 'inactive'
  const time = busyTimeNs === 0 ? '' : ` (${Math.floor(busyTimeNs / 1_000_000)} ms)`
  return `, ${registered}, ${matched}, ${active}, busy ${busy}${time}`
}
