import { asList, asNumber, asObject, asText, LooseJsonReader, type LooseObject,
  type LooseJson } from '../../../formats/index.ts'
import { emptyCrash, type CrashDraft } from '../CrashDraft.ts'
import { readIpsException, readIpsFacts, readIpsHeader } from './ipsHead.ts'
import { ipsImages } from './ipsImages.ts'
import { readIpsMemory } from './ipsMemory.ts'
import { FrameReader, ipsThreads } from './ipsThreads.ts'

/** Keys of a body that this reader uses, or that say nothing of the crash. */
const KNOWN = new Set([
  'uptime', 'procName', 'procPath', 'procRole', 'procLaunch', 'procStartAbsTime', 'procExitAbsTime',
  'captureTime', 'pid',
  'parentProc', 'parentPid', 'responsibleProc', 'responsiblePid', 'coalitionName', 'coalitionID', 'cpuType',
  'translated',
  'modelCode', 'osVersion', 'bundleInfo', 'storeInfo', 'crashReporterKey', 'incident', 'sip', 'wakeTime',
  'userID',
  'sleepWakeUUID', 'codeSigningID', 'codeSigningTeamID', 'codeSigningFlags', 'codeSigningValidationCategory',
  'codeSigningTrustLevel', 'codeSigningMonitor', 'codeSigningAuxiliaryInfo', 'instructionByteStream',
  'exception',
  'termination', 'asi', 'asiBacktraces', 'asiSignatures', 'extMods', 'faultingThread', 'threads',
  'lastExceptionBacktrace',
  'usedImages', 'sharedCache', 'vmSummary', 'vmregioninfo', 'vmRegionInfo', 'legacyInfo', 'trialInfo',
  'reportNotes',
  'isCorpse', 'bug_type', 'version', 'deployVersion', 'bridgeVersion', 'buildInfo', 'ktriageinfo',
  'exceptionReason',
  'basebandVersion', 'releaseType', 'isBeta', 'logWritingSignature', 'drmLogs', 'roots_installed',
  'additionalDetails',
  'largestProcess', 'memoryStatus', 'processes', 'genCounter', 'pageSize', 'product', 'build', 'date',
  'reason',
  'memoryPages', 'crashReporterKeyOverride', 'ldm', 'thirdParty', 'consoleTextInfo', 'rawCodes',
  'isNonFatal', 'isSimulated',
  'wasUnlockedSinceBoot', 'isLocked', 'fallbackUsed', 'faults', 'appleIntelligenceStatus', 'developerMode',
  'preReleaseInfo',
  'bootProgressRegister', 'throttleTimeout', 'timeNearCrash', 'lowPowerMode', 'variant', 'event',
  'duration', 'incident_id',
])

/** JSON of a report: an object alone, or a header line and the object behind it. */
export interface IpsPart {
  readonly text: string
  /** Offset of the header or of the body. */
  readonly start: number
  /** Number of the line at `start`. */
  readonly firstLine: number
}

/** Reads a report in Apple's JSON form. Total: a cut-off body gives what stands before the cut. */
export function readCrashIps({ text, start, firstLine }: IpsPart): CrashDraft {
  const draft = emptyCrash('ips')
  const lineAt = lineCounter(text, start, firstLine)
  let reading = new LooseJsonReader(text, start).document()
  const first = asObject(reading.value)
  const next = reading.faults.length === 0 ? nextObject(text, reading.end) : null
  if (first !== null && next !== null) {
    reading = new LooseJsonReader(text, next).document()
  }
  const body = asObject(reading.value)
  if (body === null) draft.problems.push({ where: 'file', message: 'There is no JSON object.',
    line: firstLine })
  else {
    readBody(draft, body)
    if (first !== null) readIpsHeader(draft, first)
    keepUnknown(draft, body, (key) => lineAt(Math.max(start, text.indexOf(`"${key}"`, next ?? start))))
  }
  for (const { at, message } of reading.faults) {
    const place = lineAt(at)
    draft.problems.push({
      where: 'report', line: place, column: at - text.lastIndexOf('\n', at - 1), message,
      seen: text.slice(at, at + 40),
    })
  }
  draft.coverage.linesTotal = lineAt(text.trimEnd().length) - firstLine + 1
  draft.coverage.linesUnderstood = Math.max(0,
    draft.coverage.linesTotal - draft.unread.length - reading.faults.length)
  return draft
}

/** Offset of the object behind the header; null when nothing but blanks follows. */
function nextObject(text: string, from: number): number | null {
  const at = text.slice(from, from + 1_000).search(/\S/u)
  return at >= 0 && text[from + at] === '{' ? from + at : null
}

function lineCounter(text: string, start: number, firstLine: number): (offset: number) => number {
  const breaks: number[] = []
  for (let at = text.indexOf('\n', start); at >= 0; at = text.indexOf('\n', at + 1)) breaks.push(at)
  return (offset) => {
    let low = 0
    let high = breaks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (breaks[middle]! < offset) low = middle + 1
      else high = middle
    }
    return firstLine + low
  }
}

function readBody(draft: CrashDraft, body: LooseObject): void {
  readIpsFacts(draft, body)
  readIpsException(draft, body)
  const images = ipsImages(body['usedImages'])
  const frames = new FrameReader(images)
  draft.images = images.images
  draft.threads = ipsThreads(body['threads'], frames)
  draft.lastException = frames.frames(body['lastExceptionBacktrace'])
  const triggered = draft.threads.find(({ isTriggered }) => isTriggered)
  draft.faultingThread = asNumber(body['faultingThread']) ?? triggered?.index ?? null
  nameTriggered(draft, asObject(body['legacyInfo']))
  readMessages(draft, asObject(body['asi']))
  for (const [key, title] of SECTIONS) addSection(draft, title, body[key])
  readIpsMemory(draft, body)
}

/** Older bodies keep name and queue of the crashed thread in a place of their own. */
function nameTriggered(draft: CrashDraft, legacy: LooseObject | null): void {
  const info = asObject(legacy?.['threadTriggered'])
  const thread = draft.threads.find(({ index }) => index === draft.faultingThread)
  if (info === null || thread === undefined) return
  thread.name ??= asText(info['name'])
  thread.queue ??= asText(info['queue'])
}

function readMessages(draft: CrashDraft, asi: LooseObject | null): void {
  for (const [image, value] of Object.entries(asi ?? {})) {
    const lines = asList(value).flatMap((line) => asText(line)?.split('\n', 200) ?? []).slice(0, 1_000)
    if (lines.length > 0) draft.messages.push({ image, lines })
  }
}

/** Body keys that are kept as text. */
const SECTIONS: readonly (readonly [key: string, title: string])[] = [
  ['vmRegionInfo', 'VM Region Info'], ['vmSummary', 'VM Region Summary'], ['ktriageinfo', 'Kernel Triage'],
  ['reportNotes', 'Report Notes'], ['asiBacktraces', 'Application Specific Backtrace'],
  ['asiSignatures', 'Application Specific Signatures'], ['drmLogs', 'Log Lines'],
]

function addSection(draft: CrashDraft, title: string, value: LooseJson | undefined): void {
  const texts = Array.isArray(value) ? value.flatMap((item) => asText(item) ?? []) : [asText(value) ?? '']
  const lines = texts.flatMap((text) => text.split('\n', 10_000)).filter((line) => line.trim() !== '')
  if (lines.length > 0) draft.sections.push({ title, line: 0, lines })
}

function keepUnknown(draft: CrashDraft, body: LooseObject, lineOf: (key: string) => number): void {
  for (const key of Object.keys(body)) {
    if (!KNOWN.has(key) && draft.unread.length < 1_000) draft.unread.push({ line: lineOf(key),
      text: key.slice(0, 120) })
  }
}
