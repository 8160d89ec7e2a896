const MAX_TEMPLATE = 400

/** What differs from one occurrence to the next, and what is written instead. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/"?\s*@\s?\S{1,300}:\d{1,7}$/u, ''],
  [/\b[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\b/giu, '<uuid>'],
  [/\b0x[0-9a-f]{1,16}\b/giu, '<hex>'],
  [/\btid[=: ]{1,3}\d{1,20}/giu, 'tid <n>'],
  [/\b\d{1,20}(?:\.\d{1,9})?\b/gu, '<n>'],
  [/\b[0-9a-f]{8,64}\b/giu, '<hex>'],
]

/**
 * The first line of a panic's message with everything masked that changes from one occurrence to the next.
 */
export function messageTemplate(message: string | null): string {
  let text = (message ?? '').split('\n', 1)[0]!.slice(0, 4096).trim().replace(/^"/u, '')
  for (const [pattern, mask] of MASKS) text = text.replace(pattern, mask)
  return text.replace(/\s+/gu, ' ').replace(/"$/u, '').trim().slice(0, MAX_TEMPLATE)
}
