import type { OSDictionary, OSObject } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'

/** Why a personality did not come to drive a provider, at the step where it was dropped. */
export type MatchReason =
  | 'CLASS' | 'NAME' | 'PROP' | 'RES' | 'PARENT' | 'LOCATION' | 'PATH' | 'ID' | 'COUNT' | 'BSD' | 'HIDDEN' | 'EXCLAVE'
  | 'FAMILY' | 'TUNNEL' | 'CATEGORY' | 'DEXT-OFF' | 'DEXT-DAEMON' | 'DEXT-LIMIT' | 'INACTIVE' | 'STALL'
  | 'NOCLASS' | 'INIT' | 'ATTACH' | 'PROBE' | 'SCORE' | 'START' | 'DEFER'

/** One key asked: what the table wants, what the service has. */
export interface AskedKey {
  readonly service: IOService
  /** The matching table that holds the key (a personality, or a dictionary nested in one). */
  readonly table: OSDictionary
  readonly key: string
  readonly wanted: OSObject | null
  /** What the service has; a text where it is no object. */
  readonly found: OSObject | string | null
  readonly isMatch: boolean
  /** A family's key that has a reason code of its own: what its refusal is called instead of FAMILY. */
  readonly reason?: MatchReason
}

/** One term of a score: what it is for, how many points, and where the rule stands. */
export interface ScoreTerm {
  readonly service: IOService
  readonly table: OSDictionary
  readonly what: string
  readonly points: number
  readonly source: string
}

/**
 * Listens to matching. Off (null) it costs one test per step. Calls come in the order in which the kernel decides.
 */
export interface MatchRecorder {
  /** A matching pass over `provider` begins. */
  passBegan(provider: IOService): void
  /** The personality is looked at for this provider. */
  considered(provider: IOService, personality: OSDictionary): void
  asked(key: AskedKey): void
  /** A family added a term to the score of a table that matches. */
  scored(term: ScoreTerm): void
  /** It matched; `scoreBefore` is the personality's own, `score` what the family made of it. */
  matched(provider: IOService, personality: OSDictionary, scoreBefore: number, score: number): void
  rejected(provider: IOService, personality: OSDictionary, reason: MatchReason, detail: string): void
  /** `probe` answered with an instance; `score` is what it left. */
  probed(provider: IOService, personality: OSDictionary, instance: IOService, score: number): void
  /** `start` answered true. */
  started(provider: IOService, personality: OSDictionary, instance: IOService): void
  passEnded(provider: IOService): void
}

const state = kernelState(() => ({ recorder: null as MatchRecorder | null, refusal: 'FAMILY' as MatchReason }))

/** Sets the listener of this world, or none. */
export function setMatchRecorder(recorder: MatchRecorder | null): void {
  state().recorder = recorder
}

export function getMatchRecorder(): MatchRecorder | null {
  return state().recorder
}

/** For family code: tells the recorder, if there is one, of a key. Answers `isMatch`. */
export function recordAsked(asked: AskedKey): boolean {
  const { recorder } = state()
  if (recorder !== null) {
    if (!asked.isMatch) state().refusal = asked.reason ?? 'FAMILY'
    recorder.asked(asked)
  }
  return asked.isMatch
}

/** Asks a family while a recorder listens: null where it agrees, else the reason of the last key that failed. */
export function familyRefusal(ask: () => boolean): MatchReason | null {
  state().refusal = 'FAMILY'
  return ask() ? null : state().refusal
}

/**
 * For family code: tells the recorder, if there is one, that a key of the table was compared with the service's
 * property of that name. Answers `isMatch`.
 */
export function recordProperty(service: IOService, table: OSDictionary, key: string, isMatch: boolean): boolean {
  const { recorder } = state()
  if (recorder !== null) {
    recordAsked({ service, table, key, wanted: table.getObject(key), found: service.getProperty(key), isMatch })
  }
  return isMatch
}

/** Takes one term of a score. */
export type ScoreNote = (what: string, points: number) => void

/** For family code: what notes the terms of a score; null when nobody listens, so that nothing is made then. */
export function scoreNotes(service: IOService, table: OSDictionary, source: string): ScoreNote | null {
  const { recorder } = state()
  return recorder === null ? null : (what, points) => recorder.scored({ service, table, what, points, source })
}
