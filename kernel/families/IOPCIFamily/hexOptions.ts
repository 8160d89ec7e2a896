import type { DeviceDescription, PartDescription, PartOption, Problem } from '../../api/index.ts'
import { textOption } from '../defineFamily.ts'

/** An option that holds an identifier in hexadecimal text: `0x8086`. */
export function hexOption(key: string, title: string, fallback: string): PartOption {
  return { key, title, type: 'string', default: fallback, max: 10, help: 'Hexadecimal, for example 0x8086.' }
}

/** The number of a checked hexadecimal option. */
export function hexOf(part: PartDescription, device: DeviceDescription, key: string): number {
  return Number.parseInt(textOption(part, device, key), 16)
}

/** Faults of hexadecimal options: not a number, or too many digits. */
export function checkHex(
  device: DeviceDescription, where: string, digits: Readonly<Record<string, number>>,
): Problem[] {
  const problems: Problem[] = []
  for (const [key, count] of Object.entries(digits)) {
    const value = device.options[key]
    if (typeof value !== 'string') continue
    if (/^(0x)?[0-9a-f]+$/iu.test(value) && value.replace(/^0x/iu, '').length <= count) continue
    const wanted = `up to ${count} hexadecimal digits, for example 0x8086`
    problems.push(
      { where: `${where}.options.${key}`, message: 'This is not a hexadecimal number.', seen: value, wanted },
    )
  }
  return problems
}
