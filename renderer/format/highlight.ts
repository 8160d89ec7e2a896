/** A stretch of text and whether the filter is in it. */
export interface Stretch {
  readonly text: string
  readonly isMatch: boolean
}

/** The text cut where the lower-case needle occurs; one stretch when it does not. */
export function highlight(text: string, needle: string): readonly Stretch[] {
  const low = text.toLowerCase()
  if (needle === '' || low.length !== text.length || !low.includes(needle)) return [{ text, isMatch: false }]
  const stretches: Stretch[] = []
  let from = 0
  for (let at = low.indexOf(needle); at >= 0; at = low.indexOf(needle, from)) {
    if (at > from) stretches.push({ text: text.slice(from, at), isMatch: false })
    from = at + needle.length
    stretches.push({ text: text.slice(at, from), isMatch: true })
  }
  if (from < text.length) stretches.push({ text: text.slice(from), isMatch: false })
  return stretches
}
