import type { IconName } from '../../design/icons.ts'

const BY_WORD: readonly (readonly [RegExp, IconName])[] = [
  [/nvme.*namespace|namespace/u, 'disk'], [/nvme/u, 'nvme'], [/disk|image|ahci|sata/u, 'disk'], [/usb/u, 'usb'], [/ethernet|network|nic/u, 'network'],
  [/root|bridge|switch|-port/u, 'bridge'], [/keyboard|hid/u, 'keyboard'], [/battery|power|pmu|smc/u, 'bolt'], [/rtc|timer|clock/u, 'clock'],
  [/display|gpu|graphics/u, 'display'], [/aic|apic|cpu|interrupt/u, 'chip'], [/uart|serial/u, 'terminal'], [/pci/u, 'card'],
]

/** A picture for a kind of part, by the words in its name. */
export function partIcon(part: string): IconName {
  return BY_WORD.find(([words]) => words.test(part.toLowerCase()))?.[1] ?? 'cube'
}
