/** Prefixes that Intel panic logs shorten; the first that fits is taken. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ['com.apple.driver.', '>'], ['com.apple.iokit.', '|'], ['com.apple.security.', '$'], ['com.apple.', '@'],
]

/** Words that Intel panic logs shorten, in the order in which they are tried. */
const WORDS: readonly (readonly [string, string])[] = [
  ['AppleUSB', '!U'], ['Apple', '!A'], ['Family', '!F'], ['Storage', '!S'], ['Controller', '!C'], ['Bluetooth', '!B'], ['Intel', '!I'],
]

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
  let result = ''
  let position = 0
  const prefix = PREFIXES.find(([, short]) => name.startsWith(short))
  if (prefix !== undefined) {
    result = prefix[0]
    position = 1
  }
  while (position < name.length) {
    const word = WORDS.find(([, short]) => name.startsWith(short, position))
    result += word?.[0] ?? name[position]
    position += word === undefined ? 1 : 2
  }
  return result
}
