import { asList, asNumber, asObject, asText, type LooseObject,
  type LooseJson } from '../../../formats/index.ts'
import { exceptionOf, setExceptionType, terminationOf, uuidOf, type CrashDraft } from '../CrashDraft.ts'
import { versionText } from './ipsImages.ts'

/** `macOS 12.1` and `21C52` as one. */
function osVersion(value: LooseJson | undefined): string | null {
  const os = asObject(value)
  if (os === null) return asText(value)
  const train = asText(os['train'])
  const build = asText(os['build'])
  return train !== null && build !== null && !train.includes(build) ? `${train} (${build})` : train ?? build
}

function named(body: LooseObject, name: string, pid: string): { name: string; pid: number | null } | null {
  const text = asText(body[name])
  return text === null ? null : { name: text, pid: asNumber(body[pid]) }
}

/** The header line of an .ips file. */
export function readIpsHeader(draft: CrashDraft, header: LooseObject): void {
  draft.bugType ??= asNumber(header['bug_type'])
  draft.process ??= (asText(header['app_name']) ?? asText(header['name']))?.trim() ?? null
  draft.identifier ??= asText(header['bundleID'])
  draft.osVersion ??= osVersion(header['os_version'])
  draft.incident ??= uuidOf(asText(header['incident_id']))
  draft.date ??= asText(header['timestamp'])
  draft.version ??= versionText(asText(header['app_version']), asText(header['build_version']))
}

/** What the body says of the program, the system and the time. */
export function readIpsFacts(draft: CrashDraft, body: LooseObject): void {
  const text = (key: string): string | null => asText(body[key])
  const bundle = asObject(body['bundleInfo'])
  draft.bugType ??= asNumber(body['bug_type'])
  draft.process ??= text('procName')
  draft.pid ??= asNumber(body['pid'])
  draft.path ??= text('procPath')
  draft.identifier ??= asText(bundle?.['CFBundleIdentifier'])
  draft.version ??= versionText(
    asText(bundle?.['CFBundleShortVersionString']), asText(bundle?.['CFBundleVersion']))
  draft.codeType ??= text('cpuType')
  draft.isTranslated ??= typeof body['translated'] === 'boolean' ? body['translated'] : null
  draft.role ??= text('procRole')
  draft.parent ??= named(body, 'parentProc', 'parentPid')
  draft.responsible ??= named(body, 'responsibleProc', 'responsiblePid')
  draft.userId ??= asNumber(body['userID'])
  draft.date ??= text('captureTime')
  draft.launchDate ??= text('procLaunch')
  draft.osVersion ??= osVersion(body['osVersion'])
  draft.reportVersion ??= text('version')
  draft.model ??= text('modelCode') ?? text('product')
  draft.incident ??= uuidOf(text('incident'))
  draft.sip ??= text('sip')
  draft.awakeSeconds ??= asNumber(body['uptime'])
  draft.sinceWakeSeconds ??= asNumber(body['wakeTime'])
  for (const key of OTHER) {
    const value = text(key)
    if (value !== null) draft.other[key] = value
  }
}

/** Body keys whose plain values are kept by their name. */
const OTHER = [
  'coalitionName', 'coalitionID', 'crashReporterKey', 'sleepWakeUUID', 'codeSigningID', 'codeSigningTeamID',
  'codeSigningFlags', 'codeSigningValidationCategory', 'codeSigningTrustLevel', 'codeSigningMonitor',
  'basebandVersion',
  'releaseType', 'procExitAbsTime', 'procStartAbsTime', 'deployVersion', 'isBeta', 'reason', 'date',
  'event', 'duration',
]

/** Exception and termination. */
export function readIpsException(draft: CrashDraft, body: LooseObject): void {
  const exception = asObject(body['exception'])
  if (exception !== null) {
    const fields = exceptionOf(draft)
    setExceptionType(draft, asText(exception['type']) ?? '')
    fields.signal = asText(exception['signal']) ?? fields.signal
    fields.codes = asText(exception['codes'])
    fields.subtype = asText(exception['subtype'])
    fields.message = asText(exception['message']) ?? fields.message
  }
  const reason = asObject(body['exceptionReason'])
  const thrown = reason === null ? null
    : asText(reason['composed_message']) ?? asText(reason['reason']) ?? asText(reason['name'])
  if (thrown !== null) draft.messages.push({ image: null, lines: [`Uncaught exception: ${thrown}`] })
  const ended = asObject(body['termination'])
  if (ended === null) return
  const termination = terminationOf(draft)
  termination.namespace = asText(ended['namespace'])
  termination.code = asNumber(ended['code'])
  termination.codeText = asText(ended['code'])
  termination.indicator = asText(ended['indicator'])
  termination.byProcess = asText(ended['byProc'])
  termination.byPid = asNumber(ended['byPid'])
  termination.flags = asNumber(ended['flags'])
  for (const key of ['details', 'reasons']) {
    for (const item of asList(ended[key]).slice(0, 1_000)) {
      const text = asText(item)
      if (text !== null) termination.details.push(text)
    }
  }
}
