import type { OSDictionary, OSObject } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOService } from '../service/IOService.ts'

/** Why a personality did not come to drive a provider, at the step where it was dropped. */
export type MatchReason =
  | 'CLASS' | 'NAME' | 'PROP' | 'RES' | 'PARENT' | 'LOCATION' | 'PATH' | 'ID' | 'COUNT' | 'BSD' | 'HIDDEN' | 'EXCLAVE'
  | 'FAMILY' | 'CATEGORY' | 'DEXT-OFF' | 'DEXT-DAEMON' | 'DEXT-LIMIT' | 'INACTIVE' | 'STALL'
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
  /** It matched; `scoreBefore` is the personality's own, `score` what the family made of it. */
  matched(provider: IOService, personality: OSDictionary, scoreBefore: number, score: number): void
  rejected(provider: IOService, personality: OSDictionary, reason: MatchReason, detail: string): void
  /** `probe` answered with an instance; `score` is what it left. */
  probed(provider: IOService, personality: OSDictionary, instance: IOService, score: number): void
  /** `start` answered true. */
  started(provider: IOService, personality: OSDictionary, instance: IOService): void
  passEnded(provider: IOService): void
}

const state = kernelState(() => ({ recorder: null as MatchRecorder | null }))

/** Sets the listener of this world, or none. */
export function setMatchRecorder(recorder: MatchRecorder | null): void {
  state().recorder = recorder
}

export function getMatchRecorder(): MatchRecorder | null {
  return state().recorder
}

/** For family code: tells the recorder, if there is one, which key was asked and what the service has. */
export function recordKey(asked: AskedKey): boolean {
  state().recorder?.asked(asked)
  return asked.isMatch
}
