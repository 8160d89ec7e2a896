import type { LintFinding, LintReport, LintSeverity } from '../../api/index.ts'
import { lintRules } from './lint.ts'

const LEVELS: Readonly<Record<LintSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' }
const PAGE = 'docs/lint.md'

/** A report in SARIF 2.1.0, for code hosts and editors. Paths must be relative, with forward slashes. */
export function sarifOf(report: LintReport, version: string): object {
  const index = new Map(lintRules.map(({ id }, at) => [id, at]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'workbench lint', version, informationUri: PAGE,
          rules: lintRules.map(({ id, severity, title, why, fix }) => ({
            id, shortDescription: { text: title }, fullDescription: { text: why }, help: { text: fix },
            helpUri: `${PAGE}#${id.toLowerCase()}`, defaultConfiguration: { level: LEVELS[severity] },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: report.findings.map((finding) => resultOf(finding, index.get(finding.rule) ?? -1)),
    }],
  }
}

function resultOf({ rule, severity, path, where, line, message, fix }: LintFinding,
  ruleIndex: number): object {
  const region = line === null ? {} : { region: { startLine: line } }
  const logical = where === '' ? {} : { logicalLocations: [{ fullyQualifiedName: where }] }
  return {
    ruleId: rule, ruleIndex, level: LEVELS[severity], message: { text: `${message} ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, ...region }, ...logical }],
  }
}

/** A relative path as a URI reference. */
function uriOf(path: string): string {
  return path.split('/').map((part) => encodeURIComponent(part)).join('/')
}
