import type { KextPersonality, KextRecord, KextValue } from '../../../kernel/index.ts'
import { columns, counted } from '../columns.ts'
import { formatProblems } from '../problemText.ts'

const MAX_VALUE = 72

/** What a kext's property list says, to read. */
export function kextText(record: KextRecord, path: string): string {
  const title = record.bundle ?? '(no CFBundleIdentifier)'
  const parts = [
    `${title} ${record.version ?? '(no version)'}`, `  ${path}\n`, facts(record), libraries(record),
    ...record.personalities.map(personality),
  ]
  if (record.buildVariables.length > 0) {
    parts.push(`\n  Build variables that are not filled in: ${record.buildVariables.join(', ')}\n`)
  }
  if (record.problems.length > 0) parts.push(`\n  Problems\n${formatProblems(record.problems)}`)
  return `${parts[0]}\n${parts.slice(1).join('')}`
}

function facts(record: KextRecord): string {
  const kind = record.dext === null ? 'kext' : 'driver extension'
  const code = record.dext?.executable ?? record.executable
  const rows = [
    ['kind', `${kind}${code === null ? ', without code' : `, executable ${code}`}`],
    ['loaded for', record.required],
    ['library since', record.compatibleVersion],
    ['servers', record.dext?.servers.join(', ') ?? null],
    ['purpose', record.dext?.usageDescription ?? null],
    ['own values for', record.architectures.join(', ')],
  ]
  return columns(rows.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name!, value!]])),
    2)
}

function libraries({ libraries: all }: KextRecord): string {
  return all.size === 0 ? '' : `\n  ${counted(all.size, 'library', 'libraries')}\n${columns([...all], 4)}`
}

function personality(one: KextPersonality): string {
  const score = one.score === null ? '' : `, score ${one.score}`
  const category = one.category === null ? '' : `, category ${one.category}`
  const provider = one.providerClass ?? '(no provider class)'
  const head = `\n  ${one.name}\n    ${provider} gets ${one.ioClass ?? '(no class)'}`
  const keys = [...one.matchKeys].map(([key, value]) => [key, shown(value)])
  return `${head}${score}${category}\n${columns(keys, 6)}`
}

function shown(value: KextValue): string {
  const text = plain(value)
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text
}

function plain(value: KextValue): string {
  switch (typeof value) {
    case 'string': return value.replaceAll(/\s+/gu, ' ').trim()
    case 'boolean': return String(value)
    case 'number': case 'bigint': return value > 9 ? `${value} (0x${value.toString(16)})` : String(value)
    default:
  }
  if (value instanceof Uint8Array) return `<${Buffer.from(value.subarray(0, MAX_VALUE)).toString('hex')}>`
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<string, KextValue>)]
    return `{ ${pairs.map(([key, item]) => `${key}: ${plain(item)}`).join(', ')} }`
  }
  return (value as readonly KextValue[]).slice(0, MAX_VALUE).map(plain).join(', ')
}
