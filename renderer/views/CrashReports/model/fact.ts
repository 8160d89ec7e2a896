export interface Fact {
  readonly label: string
  readonly value: string
  readonly isMono?: boolean
}

export interface FactGroup {
  readonly title: string
  readonly facts: readonly Fact[]
}

type Value = string | number | null | undefined

/** A fact, or nothing where the report does not say. */
export function fact(label: string, value: Value, isMono = false): Fact[] {
  return value === null || value === undefined || value === ''
    ? []
    : [{ label, value: String(value), isMono }]
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `0x28` of `0x0000000000000028`. */
export function shortHex(text: string): string {
  return text.replace(/^0x0*(?=[0-9a-f])/iu, '0x')
}

export function seconds(value: number | null): string | null {
  return value === null ? null : `${Math.round(value)} s`
}
