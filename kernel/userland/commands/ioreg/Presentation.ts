/**
 * How a served dump was printed where today's ioreg would print the same facts otherwise. The serving world answers
 * with it when asked for the property `kPresentationKey`, which no property list shows; a live registry has none.
 */
export const kPresentationKey = 'IORegistryPresentation'

export interface Presentation {
  /** Values in printed order that are to be printed otherwise, by their running number inside the property block. */
  readonly overrides: ReadonlyMap<number, Override>
  /** False where the dump showed no property block, so that nothing is known. */
  readonly hasProperties: boolean
}

/** `hex`: data as digits; `text`: data as strings; `string`: a string that is not ASCII; `=…`: this very text. */
export type Override = 'hex' | 'text' | 'string' | `=${string}`

/** What holds for every entry of a dump. Found on the root. */
export interface DumpStyle {
  readonly retainWord: string
  readonly printsIds: boolean
}

export const LIVE_STYLE: DumpStyle = { retainWord: 'retain', printsIds: true }
