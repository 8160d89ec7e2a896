import {
  isInt32,
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedString,
  type ImportedValue,
} from '../../importers/index.ts'
import {
  OSArray,
  OSBoolean,
  OSData,
  OSDictionary,
  OSNumber,
  OSSet,
  OSString,
  type OSObject,
} from '../../libkern/index.ts'
import { kRepeatedKeyMark } from '../../userland/commands/ioreg/Presentation.ts'

/** A text that is not ASCII, standing for one that ioreg could not print. */
const UNPRINTABLE = '\ufffd'

/**
 * The kernel object of an imported value, with one reference to the caller. What could not be read is its
 * text.
 */
export function kernelObject(value: ImportedValue): OSObject {
  if (typeof value === 'string') return OSString.withCString(value)
  if (typeof value === 'boolean') return OSBoolean.withBoolean(value)
  if (typeof value === 'bigint') return OSNumber.withNumber(value, 64)
  if (typeof value === 'number') return OSNumber.withNumber(value, isInt32(value) ? 32 : 64)
  if (value instanceof ImportedData) return OSData.withBytes(value.bytes())
  if (value instanceof ImportedDictionary) return kernelDictionary(value)
  if (value instanceof ImportedArray) return kernelList(value)
  return OSString.withCString(value instanceof ImportedString ? UNPRINTABLE : value.text)
}

/** A dictionary with its keys in printed order. A key that is there twice gets a mark and a number. */
export function kernelDictionary(value: ImportedDictionary): OSDictionary {
  const dictionary = OSDictionary.withCapacity(value.keys.length)
  for (let i = 0; i < value.keys.length; i++) {
    const key = value.keys[i] ?? ''
    const isRepeated = dictionary.getObject(key) !== null
    dictionary.adopt(
      isRepeated ? `${key}${kRepeatedKeyMark}${i}` : key,
      kernelObject(value.values[i] ?? false),
    )
  }
  return dictionary
}

function kernelList(value: ImportedArray): OSObject {
  const list =
    value.kind === 'set'
      ? OSSet.withCapacity(value.values.length)
      : OSArray.withCapacity(value.values.length)
  for (const member of value.values) list.adopt(kernelObject(member))
  return list
}
