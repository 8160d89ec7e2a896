/** A key combination, taken apart from Electron's notation (`CmdOrCtrl+Shift+P`). */
export interface KeyCombination {
  readonly mod: boolean
  readonly shift: boolean
  readonly alt: boolean
  readonly key: string
}

/** The parts of a keyboard event that decide. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>

export function isMac(): boolean {
  return /mac/iu.test(navigator.platform)
}

export function parseAccelerator(accelerator: string): KeyCombination {
  const parts = accelerator.split('+')
  return {
    mod: parts.includes('CmdOrCtrl'), shift: parts.includes('Shift'), alt: parts.includes('Alt'),
    key: (parts.at(-1) ?? '').toLowerCase(),
  }
}

const CODES: Readonly<Record<string, string>> = { '[': 'BracketLeft', ']': 'BracketRight', "'": 'Quote' }

/** Letters go by the character, digits and brackets by the key, because Option and Shift change what they type. */
export function matches(combination: KeyCombination, press: KeyPress, mac: boolean): boolean {
  const mod = mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey
  if (mod !== combination.mod || press.shiftKey !== combination.shift || press.altKey !== combination.alt) return false
  const code = codeOf(combination)
  return code === null ? press.key.toLowerCase() === combination.key : press.code === code
}

function codeOf({ key, alt }: KeyCombination): string | null {
  if (/^\d$/u.test(key)) return `Digit${key}`
  return alt && /^[a-z]$/u.test(key) ? `Key${key.toUpperCase()}` : CODES[key] ?? null
}

/** How a combination is written: `⇧⌘P` on a Mac, `Ctrl+Shift+P` elsewhere. */
export function formatAccelerator(accelerator: string, mac: boolean): string {
  const { mod, shift, alt, key } = parseAccelerator(accelerator)
  const name = key.toUpperCase()
  if (mac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${name}`
  return [mod ? 'Ctrl' : '', alt ? 'Alt' : '', shift ? 'Shift' : '', name].filter((part) => part !== '').join('+')
}
