import type { LintRuleFacts } from '../../api/index.ts'
import { lintRules } from './lint.ts'

const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['WB1', 'Machine files'], ['WB2', 'Kexts and driver extensions'], ['WB3', 'OpenCore’s kexts'],
  ['WB4', 'Entitlements'],
]

const INTRODUCTION = [
  '`workbench lint FILE…` looks at machine files, kext and dext bundles, Info.plists, entitlements, and',
  'OpenCore’s `config.plist` with its Kexts folder. An error keeps something from working; the command then',
  'ends with status 1. This page is what `workbench lint --rules` prints.',
]

/** The page of all rules, docs/lint.md. */
export function lintPage(): string {
  const head = `# Lint
${INTRODUCTION.join('\n')}
`
  const groups = GROUPS.map(([prefix, title]) =>
    `\n## ${title}\n${lintRules.filter(({ id }) => id.startsWith(prefix)).map(section).join('')}`)
  return head + groups.join('')
}

function section({ id, severity, title, why, fix }: LintRuleFacts): string {
  return `\n### ${id}\n**${title}** (${severity}). ${why}\n\n${fix}\n`
}
