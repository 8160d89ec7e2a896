import { kernelState } from '../sim/index.ts'

const line = kernelState(() => ({ bootArgs: '' }))

/**
 * Leaves the line of arguments where the kernel finds it. Boot.
 * @xnu pexpert/gen/bootargs.c PE_boot_args — faithful
 */
export function setBootArgs(bootArgs: string): void {
  line().bootArgs = bootArgs
}

/**
 * A number from the boot-args, `name=value` in C notation, 1 for a bare name; null when it is not given. Any
 * context. @xnu pexpert/gen/bootargs.c PE_parse_boot_argn — simplified: numbers only
 */
export function PE_parse_boot_argn(name: string): number | null {
  for (const word of line().bootArgs.split(/\s+/u)) {
    const [key, value] = word.split('=', 2)
    if (key !== name) continue
    if (value === undefined) return 1
    const number = Number(value)
    return Number.isInteger(number) ? number : null
  }
  return null
}
