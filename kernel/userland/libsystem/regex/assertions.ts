import type { AssertionKind } from './ast.ts'
import { isWordCode } from './CharacterSet.ts'

/** No character: before the first and after the last. */
export const NO_CODE = -1

/** Whether an assertion holds between two units of the text. */
export function holds(assertion: AssertionKind, before: number, after: number): boolean {
  const wordBefore = before !== NO_CODE && isWordCode(before)
  const wordAfter = after !== NO_CODE && isWordCode(after)
  switch (assertion) {
    case 'lineStart': return before === NO_CODE
    case 'lineEnd': return after === NO_CODE
    case 'wordStart': return !wordBefore && wordAfter
    case 'wordEnd': return wordBefore && !wordAfter
    case 'wordBoundary': return wordBefore !== wordAfter
    case 'notWordBoundary': return wordBefore === wordAfter
  }
}
