/** Prefixes that Intel panic logs shorten; the first that fits is taken. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ['com.apple.driver.', '>'], ['com.apple.iokit.', '|'], ['com.apple.security.', '$'], ['com.apple.', '@'],
]

/** Words that Intel panic logs shorten, in the order in which they are tried. */
const WORDS: readonly (readonly [string, string])[] = [
  ['AppleUSB', '!U'], ['Apple', '!A'], ['Family', '!F'], ['Storage', '!S'], ['Controller', '!C'], ['Bluetooth', '!B'], ['Intel', '!I'],
]

/** What stands for each short prefix, and for each letter behind an exclamation mark. */
const LONG_PREFIXES: ReadonlyMap<string, string> = new Map(PREFIXES.map(([long, short]) => [short, long]))
const LONG_WORDS: ReadonlyMap<string, string> = new Map(WORDS.map(([long, short]) => [short.charAt(1), long]))

/**
 * A bundle identifier as Intel panic logs print it.
 * @xnu libkern/libkern/kext_panic_report.h compactIdentifier — faithful
 */
export function compactKextName(identifier: string): string {
  const prefix = PREFIXES.find(([long]) => identifier.startsWith(long))
  let result = prefix?.[1] ?? identifier.slice(0, 1)
  let position = prefix?.[0].length ?? 1
  while (position < identifier.length) {
    const word = WORDS.find(([long]) => identifier.startsWith(long, position))
    result += word?.[1] ?? identifier[position]
    position += word?.[0].length ?? 1
  }
  return result
}

/** The bundle identifier behind a shortened name; full names come back as they are. */
export function expandKextName(name: string): string {
  const prefix = LONG_PREFIXES.get(name.charAt(0))
  let position = prefix === undefined ? 0 : 1
  let mark = name.indexOf('!', position)
  if (mark < 0) return prefix === undefined ? name : prefix + name.slice(1)
  let result = prefix ?? ''
  while (mark >= 0) {
    const word = LONG_WORDS.get(name.charAt(mark + 1))
    result += name.slice(position, mark) + (word ?? '!')
    position = mark + (word === undefined ? 1 : 2)
    mark = name.indexOf('!', position)
  }
  return result + name.slice(position)
}
