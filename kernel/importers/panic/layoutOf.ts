import type { PanicLayout } from '../../api/index.ts'
import type { PanicDraft } from './text/PanicDraft.ts'

/** Darwin versions at which the Intel layout changed. */
const MACOS_11 = 20
const MACOS_12 = 21

/** Which generation of report this is, told by the lines that only it prints. */
export function layoutOf(draft: PanicDraft, arch: string | null, darwin: string | null): PanicLayout {
  const { signs, texts } = draft
  if (signs.size === 0 && draft.firstLine === null && draft.registers.size === 0) return 'partial'
  const major = darwin === null ? null : Number.parseInt(darwin, 10)
  if (signs.has('kpdescribe')) return 'kpdescribe'
  if (signs.has('bridgeOS')) return 'bridgeos-text'
  if (arch === 'arm64') return signs.has('SPTM') ? 'arm64-sptm-text' : 'arm64-text'
  if (arch === 'ppc') return 'ppc-text'
  if (arch === 'i386') return 'x86-32-text'
  if (arch === null) return 'partial'
  if (major !== null)
    return major >= MACOS_12 ? 'x86-12-text' : major >= MACOS_11 ? 'x86-11-text' : 'x86-10-text'
  if (signs.has('backtrace with thread') || signs.has('panicked task')) return 'x86-12-text'
  if (texts.kernelCacheSlide !== undefined) return 'x86-11-text'
  return signs.has('backtrace without thread') || signs.has('BSD process name') ? 'x86-10-text' : 'partial'
}
