import { encodeUtf8Lossless } from '../formats/utf8.ts'
import { panic } from '../mach/debug.ts'
import { kernelState } from '../sim/index.ts'
import { escapeXml } from './GrowingBytes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import { isTooLong, OSString } from './OSString.ts'

/** Symbols made while modules load: shared by all worlds, never freed. */
const permanentSymbols = new Map<string, OSSymbol>()

/** All symbols known in a world, the permanent ones it has met included. The pool holds no references. */
const pool = kernelState(() => new Map<string, OSSymbol>())

/** A text as a serialiser writes it: padded with zeros to whole words, and its size with the NUL. */
export interface SymbolBytes {
  readonly words: Uint32Array
  readonly sizeBytes: number
}

function symbolBytes(text: string): SymbolBytes {
  const utf8 = encodeUtf8Lossless(text)
  const sizeBytes = utf8.length + 1
  const padded = new Uint8Array((sizeBytes + 3) & ~3)
  padded.set(utf8)
  return { words: new Uint32Array(padded.buffer), sizeBytes }
}

/**
 * An interned string: the same text is the same object within a world.
 * @xnu libkern/c++/OSSymbol.cpp OSSymbol — simplified: gone at once, not when its memory is used again
 * @xnu libkern/c++/OSSymbol.cpp hash — absent: the pool is a map of texts
 * @xnu libkern/c++/OSSymbol.cpp bsearch — absent: symbols have no addresses to sort by
 * @xnu libkern/c++/OSSymbol.cpp checkForPageUnload — absent: the text of a symbol never goes away
 */
export class OSSymbol extends OSString {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSymbol', OSSymbol, OSString)

  private ownBytes: SymbolBytes | null = null
  private ownElement: Uint8Array | null = null

  /**
   * The symbol of the text. One reference to the caller.
   * @xnu libkern/c++/OSSymbol.cpp withCString — faithful
   */
  static override withCString(text: string): OSSymbol {
    const symbols = pool()
    const known = symbols.get(text)
    if (known !== undefined) {
      known.retain()
      return known
    }
    return OSSymbol.tryWithCString(text) ?? panic('OSSymbol::withCString: string too long')
  }

  /**
   * Like `withCString`; null if the text is longer than a string may be.
   * @xnu libkern/c++/OSSymbol.cpp withCString — faithful
   */
  static override tryWithCString(text: string): OSSymbol | null {
    const known = OSSymbol.existing(text)
    if (known !== null) {
      known.retain()
      return known
    }
    const nul = text.indexOf('\0')
    if (nul >= 0) return OSSymbol.tryWithCString(text.slice(0, nul))
    if (isTooLong(text)) return null
    const symbol = new OSSymbol()
    symbol.text = text
    pool().set(text, symbol)
    return symbol
  }

  /** A new symbol can never be changed. @xnu libkern/c++/OSSymbol.cpp withCStringNoCopy — faithful */
  static override withCStringNoCopy(text: string): OSSymbol {
    const isNew = OSSymbol.existing(text) === null
    const symbol = OSSymbol.withCString(text)
    if (isNew) symbol.isNoCopy = true
    return symbol
  }

  /**
   * The symbol of a string's text; a symbol is its own.
   * @xnu libkern/c++/OSSymbol.cpp withString — faithful
   */
  static override withString(string: OSString): OSSymbol {
    if (string instanceof OSSymbol) {
      string.retain()
      return string
    }
    return OSSymbol.withCString(string.getCStringNoCopy())
  }

  /**
   * A symbol made while modules load and shared by all worlds; retain and release do nothing to it.
   * Module level only. @xnu ours: there each boot makes them anew
   */
  static permanent(text: string): OSSymbol {
    const known = permanentSymbols.get(text)
    if (known !== undefined) return known
    const symbol = new OSSymbol(true)
    symbol.text = text
    symbol.isNoCopy = true
    permanentSymbols.set(text, symbol)
    return symbol
  }

  /**
   * The symbol if there is one already (+1), else null.
   * @xnu libkern/c++/OSSymbol.cpp existingSymbolForCString — faithful
   */
  static existingSymbolForCString(text: string): OSSymbol | null {
    const symbol = OSSymbol.existing(text)
    symbol?.retain()
    return symbol
  }

  /**
   * Like `existingSymbolForCString` for a string object.
   * @xnu libkern/c++/OSSymbol.cpp existingSymbolForString — faithful
   */
  static existingSymbolForString(string: OSString | null): OSSymbol | null {
    if (string === null) return null
    return OSSymbol.existingSymbolForCString(string.getCStringNoCopy())
  }

  /**
   * The symbol if there is one already, without a reference.
   * @xnu ours: existingSymbolForCString keeps one
   */
  static existing(text: string): OSSymbol | null {
    const symbols = pool()
    const known = symbols.get(text)
    if (known !== undefined) return known
    const permanent = permanentSymbols.get(text)
    if (permanent === undefined) return null
    symbols.set(text, permanent)
    return permanent
  }

  /** The text as UTF-8 with its NUL, made once. @xnu ours: a serialiser copies the characters */
  utf8(): SymbolBytes {
    this.ownBytes ??= symbolBytes(this.text)
    return this.ownBytes
  }

  /** The text as a `key` element in UTF-8, made once. @xnu ours: OSDictionary::serialize writes it in parts */
  keyElement(): Uint8Array {
    this.ownElement ??= encodeUtf8Lossless(`<key>${escapeXml(this.text)}</key>`)
    return this.ownElement
  }

  /** Symbols come from the pool only. @xnu libkern/c++/OSSymbol.cpp initWithCString — faithful */
  override initWithCString(_text: string): boolean {
    return false
  }

  /**
   * Spoils the pool: neither text finds the symbol any more, which stays a key wherever it is one.
   * @xnu libkern/c++/OSString.cpp setChar — faithful
   */
  override setChar(character: string, index: number): boolean {
    const former = this.text
    if (!super.setChar(character, index)) return false
    if (pool().get(former) === this) pool().delete(former)
    this.ownBytes = null
    this.ownElement = null
    return true
  }

  /**
   * Symbols are equal if they are one; strings and text compare by text, data never.
   * @xnu libkern/c++/OSSymbol.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | string | null): boolean {
    if (this === other) return true
    if (typeof other === 'string') return this.text === other
    return other instanceof OSString && !(other instanceof OSSymbol) && this.text === other.getCStringNoCopy()
  }

  /** @xnu libkern/c++/OSSymbol.cpp free — faithful */
  override free(): void {
    if (pool().get(this.text) === this) pool().delete(this.text)
    super.free()
  }
}
