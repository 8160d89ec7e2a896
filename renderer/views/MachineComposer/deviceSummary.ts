import type { DeviceDescription, PartDescription } from '../../../kernel/api/index.ts'
import { formatBytes } from '../../format/size.ts'

/** The options that tell devices of one kind apart, in a few words: `256 GB · Acme SSD`. */
export function deviceSummary(device: DeviceDescription, part: PartDescription | null): string {
  const words = (part?.options ?? []).flatMap((option) => {
    const value = device.options[option.key] ?? option.default
    if (option.type === 'size' && typeof value === 'number') return [formatBytes(value)]
    const isName = option.type === 'string' || option.type === 'choice'
    return isName && typeof value === 'string' && value !== '' ? [value] : []
  })
  return words.slice(0, 2).join(' · ')
}
