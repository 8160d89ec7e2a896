import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

/** The property list can be read. */
export const listIsReadable: LintRule<KextSubject> = {
  id: 'WB219', severity: 'error',
  title: 'The property list can be read',
  why: 'CoreFoundation refuses a property list with one fault in it as a whole: the kext is not '
    + 'seen.',
  fix: 'Correct the text at the place that the message names; plutil -lint says the same.',
  check: ({ record: { problems } }) => problems.map(({ where, message, line, seen }) => {
    const text = `${message}${seen === undefined ? '' : ` Seen: ${seen}.`}`
    return line === undefined ? { at: [], message: `${where}: ${text}` } : { at: [], line, message: text }
  }),
}
