import { panic } from '../mach/debug.ts'
import { kernelState } from '../sim/index.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import { kMaxStringLength, OSString } from './OSString.ts'
import { utf8ByteLength } from '../formats/utf8.ts'

/** Symbols made while modules load: shared by all worlds, never freed. */
const permanentSymbols = new Map<string, OSSymbol>()

/** All symbols known in a world, the permanent ones it has met included. The pool holds no references. */
const pool = kernelState(() => new Map<string, OSSymbol>())

/**
 * An interned string: the same text is the same object within a world.
 * @xnu libkern/c++/OSSymbol.cpp OSSymbol — faithful
 */
export class OSSymbol extends OSString {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSymbol', OSSymbol, OSString)

  /** The symbol of the text. One reference to the caller. */
  static override withCString(text: string): OSSymbol {
    const symbols = pool()
    const known = symbols.get(text)
    if (known !== undefined) {
      known.retain()
      return known
    }
    return OSSymbol.tryWithCString(text) ?? panic('OSSymbol::withCString: string too long')
  }

  /** Like `withCString`; null if the text is longer than a string may be. */
  static override tryWithCString(text: string): OSSymbol | null {
    const nul = text.indexOf('\0')
    const own = nul < 0 ? text : text.slice(0, nul)
    const known = OSSymbol.existing(own)
    if (known !== null) {
      known.retain()
      return known
    }
    if (own.length * 3 > kMaxStringLength && utf8ByteLength(own) > kMaxStringLength) return null
    const symbol = new OSSymbol()
    symbol.text = own
    pool().set(own, symbol)
    return symbol
  }

  static override withCStringNoCopy(text: string): OSSymbol {
    return OSSymbol.withCString(text)
  }

  static override withString(string: OSString): OSSymbol {
    if (string instanceof OSSymbol) {
      string.retain()
      return string
    }
    return OSSymbol.withCString(string.getCStringNoCopy())
  }

  /**
   * A symbol made while modules load and shared by all worlds; retain and release do nothing to it.
   * Module level only. @xnu libkern/c++/OSSymbol.cpp withCStringNoCopy — simplified: permanence is declared
   */
  static permanent(text: string): OSSymbol {
    const known = permanentSymbols.get(text)
    if (known !== undefined) return known
    const symbol = new OSSymbol(true)
    symbol.text = text
    permanentSymbols.set(text, symbol)
    return symbol
  }

  /** The symbol if there is one already (+1), else null. @xnu existingSymbolForCString — faithful */
  static existingSymbolForCString(text: string): OSSymbol | null {
    const symbol = OSSymbol.existing(text)
    symbol?.retain()
    return symbol
  }

  /** Like `existingSymbolForCString` for a string object. */
  static existingSymbolForString(string: OSString): OSSymbol | null {
    return OSSymbol.existingSymbolForCString(string.getCStringNoCopy())
  }

  /** The symbol if there is one already, without a reference. */
  static existing(text: string): OSSymbol | null {
    const symbols = pool()
    const known = symbols.get(text)
    if (known !== undefined) return known
    const permanent = permanentSymbols.get(text)
    if (permanent === undefined) return null
    symbols.set(text, permanent)
    return permanent
  }

  /** Symbols come from the pool only. */
  override initWithCString(_text: string): boolean {
    return false
  }

  /** Symbols never change. */
  override setChar(_character: string, _index: number): boolean {
    return false
  }

  /** Symbols are equal if they are one; other kinds compare as strings. */
  override isEqualTo(other: OSObject | string | null): boolean {
    return this === other || (!(other instanceof OSSymbol) && super.isEqualTo(other))
  }

  override free(): void {
    if (pool().get(this.text) === this) pool().delete(this.text)
    super.free()
  }
}
