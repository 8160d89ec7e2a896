import { recordProperty, type FamilyMatcher, type IOService } from '../../iokit/index.ts'
import { OSNumber, OSString, type OSDictionary, type OSObject } from '../../libkern/index.ts'

/**
 * A matcher for families of which only this much can be seen in dumps: a key that the personality names
 * must equal the provider's property, or one of the `value&mask` terms that a text lists. No points.
 */
export function equalKeysMatcher(keys: readonly string[]): FamilyMatcher {
  return {
    compile(table: OSDictionary) {
      const named = keys.filter((key) => table.getObject(key) !== null)
      return (service) => named.every(
        (key) => recordProperty(service, table, key, agrees(service, key, table)),
      )
    },
  }
}

function agrees(service: IOService, key: string, table: OSDictionary): boolean {
  const wanted = table.getObject(key)!
  const found = service.getProperty(key)
  return wanted.isEqualTo(found) || (wanted instanceof OSString && hitsTerm(wanted.getCStringNoCopy(), found))
}

function hitsTerm(text: string, found: OSObject | null): boolean {
  if (!(found instanceof OSNumber)) return false
  const own = found.unsigned32BitValue()
  return text.trim().split(/\s+/u).some((term) => {
    const [value, mask] = term.split('&').map((part) => Number.parseInt(part, 16))
    return value !== undefined && !Number.isNaN(value) && ((own ^ value) & (mask ?? -1)) === 0
  })
}
