import type { KextValue } from '../../api/index.ts'

const MAX_LISTED = 100

/**
 * Whether a whole text is a name that a preprocessor would have replaced: capitals with an underscore
 * (`MODULE_VERSION`), as no identifier or version of a finished kext is.
 */
function isPlaceholder(text: string): boolean {
  return /^_*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_*$|^@\w+@$/u.test(text)
}

/**
 * Collects the build variables of a property list: references anywhere, placeholders where `add` is told
 * to look.
 */
export class BuildVariables {
  private readonly found = new Set<string>()

  addPlaceholder(text: string | null): void {
    if (text !== null && isPlaceholder(text)) this.add(text)
  }

  addReferences(value: KextValue): void {
    if (typeof value === 'string') {
      for (const [reference] of value.matchAll(/\$[({][A-Za-z0-9_:]+[)}]/gu)) this.add(reference)
    } else if (Array.isArray(value)) {
      for (const item of value as readonly KextValue[]) this.addReferences(item)
    } else if (value instanceof Map) {
      for (const item of (value as ReadonlyMap<string, KextValue>).values()) this.addReferences(item)
    }
  }

  list(): readonly string[] {
    return [...this.found]
  }

  private add(name: string): void {
    if (this.found.size < MAX_LISTED) this.found.add(name)
  }
}
