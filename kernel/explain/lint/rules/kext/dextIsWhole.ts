import type { LintRule } from '../../LintRule.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

const organisation = (identifier: string): string => identifier.split('.').slice(0, 2).join('.')

/** A dext personality names its class and its server. */
export const dextIsWhole: LintRule<KextSubject> = {
  id: 'WB218', severity: 'error',
  title: 'A dext personality names its class and its server',
  why: 'IOUserServerName makes the kernel launch a process and IOUserClass is what it asks the '
    + 'process for; a server name is shared within one organisation only.',
  fix: 'Add the key; begin IOUserServerName with the first two parts of CFBundleIdentifier.',
  check: (subject) => subject.record.dext === null ? [] : ofEach(subject, ({ table, bundle }) => {
    const missing = ['IOUserClass', 'IOUserServerName'].filter((key) => !table.has(key))
    const server = table.get('IOUserServerName')
    const isForeign = typeof server === 'string' && bundle !== null && !isVariable(server)
      && !isVariable(bundle)
      && organisation(server) !== organisation(bundle)
    return [
      ...missing.map((key) => ({ key: null, message: `has no ${key}.` })),
      ...(isForeign ? [{ key: 'IOUserServerName',
        message: `${server} is not of the organisation of ${bundle}.` }] : []),
    ]
  }),
}
