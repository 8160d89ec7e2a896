/** A tag of a property list: an element that begins, ends or does both. */
const TAG = /<(\/?)([a-z]+)[^<>]*?(\/?)>/gu
const CONTAINERS = new Set(['dict', 'array'])

/**
 * The line of a place in an XML property list or JSON file, from 1; null where it is not found. `at` is the
 * way from the top. Any text will do: what is broken is searched as far as it goes.
 */
export function lineOf(text: string, at: readonly (string | number)[]): number | null {
  if (at.length === 0) return null
  const offset = text.trimStart().startsWith('<') ? plistOffset(text, at) : jsonOffset(text, at)
  if (offset === null) return null
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++
  return line
}

/** A container on the way down: its own depth, and how many members it had. */
interface Level {
  index: number
  isOnTheWay: boolean
}

function plistOffset(text: string, at: readonly (string | number)[]): number | null {
  const levels: Level[] = []
  let deepest: number | null = null
  let isNext = true
  for (const match of text.matchAll(TAG)) {
    const [whole, close, name, selfClose] = match
    const level = levels.at(-1)
    const wanted = at[levels.length - 1]
    if (close !== '') {
      if (!CONTAINERS.has(name!)) continue
      const ended = levels.pop()
      if (ended?.isOnTheWay === true && levels.length > 0 && deepest !== null) return deepest
      continue
    }
    if (level?.isOnTheWay === true && name === 'key') {
      const key = text.slice(match.index + whole.length, text.indexOf('<', match.index + whole.length))
      isNext = key === String(wanted)
      if (isNext) deepest = match.index
    } else if (level?.isOnTheWay === true && typeof wanted === 'number') {
      isNext = level.index++ === wanted
      if (isNext) deepest = match.index
    }
    if (isNext && levels.length === at.length && deepest !== null) return deepest
    if (!CONTAINERS.has(name!) || selfClose !== '') continue
    levels.push({ index: 0, isOnTheWay: isNext && (level === undefined || level.isOnTheWay) })
    isNext = false
  }
  return deepest
}

/** Of JSON the keys are looked for one after the other; indices are stepped over by what begins an object. */
function jsonOffset(text: string, at: readonly (string | number)[]): number | null {
  let offset = 0
  let found: number | null = null
  for (const step of at) {
    if (typeof step === 'number') {
      for (let left = step; left >= 0; left--) {
        const next = text.indexOf('{', offset)
        if (next < 0) return found
        offset = left === 0 ? next + 1 : closeOf(text, next)
        found = next
      }
    } else {
      const next = text.indexOf(JSON.stringify(step), offset)
      if (next < 0) return found
      found = next
      offset = next + step.length
    }
  }
  return found
}

/** The place after the brace that closes the one at `start`. */
function closeOf(text: string, start: number): number {
  let depth = 0
  let isText = false
  for (let i = start; i < text.length; i++) {
    const code = text[i]
    if (code === '\\') i++
    else if (code === '"') isText = !isText
    else if (!isText && code === '{') depth++
    else if (!isText && code === '}' && --depth === 0) return i + 1
  }
  return text.length
}
