/** How near a piece of the kernel is to the original; `ours` has no counterpart there. */
export type Fidelity = 'faithful' | 'simplified' | 'absent' | 'ours'

/** One `@xnu path function — faithful | simplified: why | absent: why`, or `@xnu ours: why`. */
export interface XnuTag {
  /** Path in Apple's sources and the name there, as written. */
  readonly place: string
  readonly fidelity: Fidelity
  /** Empty for faithful ones without a remark. */
  readonly why: string
}

export type TagResult = { readonly tag: XnuTag } | { readonly malformed: string }

const FORM = /^(?<place>\S.*?) [—–-]+ (?<fidelity>faithful|simplified|absent)(?:[:,;] (?<why>.+))?$/u

/** All tags of a doc comment, in order. A tag ends at the next one, an empty line or the end. */
export function readTags(comment: string): TagResult[] {
  return plainText(comment).split('@xnu').slice(1).map((part) => {
    const text = part.split(/\n\s*\n|\n@/u)[0]!.replaceAll(/\s+/gu, ' ').trim()
    const groups = FORM.exec(text)?.groups
    if (groups === undefined) return text.startsWith(OURS) ? ours(text) : { malformed: text }
    const fidelity = groups['fidelity'] as Fidelity
    const why = groups['why'] ?? ''
    if (fidelity !== 'faithful' && why === '') return { malformed: text }
    return { tag: { place: groups['place']!, fidelity, why } }
  })
}

const OURS = 'ours: '

function ours(text: string): TagResult {
  return { tag: { place: '', fidelity: 'ours', why: text.slice(OURS.length) } }
}

function plainText(comment: string): string {
  const lines = comment.replaceAll(/^\/\*\*|\*\/$/gu, '').split('\n')
  return lines.map((line) => line.replace(/^\s*\*\s?/u, '')).join('\n')
}

/** Name in the original's sources: the last word of the place, without its class. */
export function nameOf(tag: XnuTag): string {
  return tag.place.split(' ').at(-1)!.split('::').at(-1)!
}

/** File in the original's sources. */
export function fileOf(tag: XnuTag): string {
  return tag.place.split(' ')[0]!
}

/** Whether a class's tag stands for members that have none of their own: its place ends with `Class::*`. */
export function coversMembers(tag: XnuTag): boolean {
  return tag.place.endsWith('::*')
}
