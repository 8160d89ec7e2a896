import { CFDictionary, type CFType } from '../../CoreFoundation/index.ts'

/*
 * How a served dump was printed where today's ioreg would print the same facts otherwise. The kernel that
 * serves a dump answers with a dictionary when it is asked for the property `kPresentationKey`, which no
 * property list shows. A live registry has no such property.
 */
export const kPresentationKey = 'IORegistryPresentation'
/** In every entry's answer: false where the dump showed no property block. */
export const kPresentationHasProperties = 'HasProperties'
/** In every entry's answer: a dictionary from running numbers of values to `Override`. */
export const kPresentationOverrides = 'Overrides'
/** In the root's answer only: the word before the retain count, and whether ids are printed. */
export const kPresentationRetainWord = 'RetainWord'
export const kPresentationPrintsIds = 'PrintsIds'

/**
 * Stands between a key and a number where a dump shows one key twice in a dictionary, because someone has
 * blotted keys out. Everything from this character on is not printed.
 */
export const kRepeatedKeyMark = '\u2063'

export interface Presentation {
  /**
   * Values in printed order that are to be printed otherwise, by their running number inside the property
   * block.
   */
  readonly overrides: ReadonlyMap<number, Override>
  /** False where the dump showed no property block, so that nothing is known. */
  readonly hasProperties: boolean
}

/**
 * `hex`: data as digits; `text`: data as strings; `string`: a string that is not ASCII; `=…`: this very
 * text.
 */
export type Override = 'hex' | 'text' | 'string' | `=${string}`

/** What holds for every entry of a dump. Found on the root. */
export interface DumpStyle {
  readonly retainWord: string
  readonly printsIds: boolean
}

export const LIVE_STYLE: DumpStyle = { retainWord: 'retain', printsIds: true }

/** The root's answer as the style of the whole dump; the live style when there is no answer. */
export function readDumpStyle(answer: CFType | null): DumpStyle {
  if (!(answer instanceof CFDictionary)) return LIVE_STYLE
  const word = answer.getValue(kPresentationRetainWord)
  return {
    retainWord: typeof word === 'string' ? word : LIVE_STYLE.retainWord,
    printsIds: answer.getValue(kPresentationPrintsIds) !== false,
  }
}

/** An entry's answer; null when there is none. */
export function readPresentation(answer: CFType | null): Presentation | null {
  if (!(answer instanceof CFDictionary)) return null
  const overrides = new Map<number, Override>()
  const table = answer.getValue(kPresentationOverrides)
  if (table instanceof CFDictionary) {
    for (let i = 0; i < table.keys.length; i++) {
      const override = table.values[i]
      if (isOverride(override)) overrides.set(Number(table.keys[i]), override)
    }
  }
  return { overrides, hasProperties: answer.getValue(kPresentationHasProperties) !== false }
}

function isOverride(value: CFType | undefined): value is Override {
  return (
    typeof value === 'string' &&
    (value === 'hex' || value === 'text' || value === 'string' || value.startsWith('='))
  )
}
