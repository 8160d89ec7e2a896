import type { PanicDraft, LineReader } from './PanicDraft.ts'

const SERVICE = /^service: (\S{1,200})(?: \((\d{1,6}) induced crash(?:es)?\))?, (.*)$/u
const FAILURE_CODE = /^Failure code:: (0x[0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16})/iu
const TRANSITION = /^"?(Sleep|Wake|Sleep\/Wake) (?:transition timed out|hang detected|failure|Wake failure)/u

function seconds(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)
  return found === null ? null : Number(found[1])
}

/** What the watchdog knew of a service, and the lines around it. */
export const serviceLine: LineReader = ({ text, number }, draft) => {
  if (draft.part !== 'message') return false
  const match = SERVICE.exec(text)
  if (match === null) return false
  const [, name = '', crashes, rest = ''] = match
  draft.keep(draft.services, {
    name,
    line: number,
    inducedCrashes: crashes === undefined ? null : Number(crashes),
    checkins: seconds(rest, /(?:checkins|seconds\)?)[^:]{0,60}: (\d{1,9})/u),
    sinceSeconds: seconds(rest, /(?:\(|in )(\d{1,9}) seconds/u),
    lastSuccessSeconds: seconds(rest, /last successful checkin: (\d{1,9}) seconds/u),
  })
  draft.keep(draft.message, text)
  return true
}

/** The code of a sleep or wake that failed. */
export const failureCodeLine: LineReader = ({ text, number }, draft) => {
  const match = FAILURE_CODE.exec(text)
  if (match === null) return false
  draft.sleepFailure ??= {
    transition: null,
    seconds: null,
    doing: null,
    suspectedBundle: null,
    thread: null,
    failureCode: null,
    codeLine: null,
    line: number,
  }
  draft.sleepFailure.codeLine ??= number
  draft.sleepFailure.failureCode ??= { data: match[1]!, phase: `0x${match[2]!}` }
  return true
}

/** What the message says of a sleep or wake, once all of it is there. */
export function readSleepMessage(draft: PanicDraft): void {
  const message = draft.message[0] ?? ''
  const match = TRANSITION.exec(message)
  if (match === null && draft.sleepFailure === null) return
  const word = match?.[1]
  const doing = /seconds while (.{1,400}?)(?:: |\. Suspected bundle:|\. Thread 0x|\.$|$)/u.exec(message)
  draft.sleepFailure = {
    transition:
      word === 'Sleep' && !message.includes('Sleep Wake') ? 'sleep' : word === 'Wake' ? 'wake' : null,
    seconds: seconds(message, /timed out after (\d{1,6}) seconds/u),
    doing: doing?.[1] ?? null,
    suspectedBundle: /Suspected bundle: ([^\s]{1,200}?)\.?(?:\s|$)/u.exec(message)?.[1] ?? null,
    thread: /Thread (0x[0-9a-f]{1,16})/iu.exec(message)?.[1] ?? null,
    failureCode: draft.sleepFailure?.failureCode ?? null,
    codeLine: draft.sleepFailure?.codeLine ?? null,
    line: draft.panicLine ?? draft.sleepFailure?.line ?? 1,
  }
}
