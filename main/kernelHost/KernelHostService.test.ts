import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostLinkCommand, HostLinkMessage, KernelProcessState } from '../../kernel/api/index.ts'
import { sampleDescription, samplePanic, sampleRead, sampleStatus } from '../../test/support/descriptions.ts'
import { CrashLogStore, openDatabase, SessionStore } from '../storage/index.ts'
import { KernelHostService } from './KernelHostService.ts'
import type { KernelProcess } from './KernelProcess.ts'

/** A kernel process driven by hand. */
class HandDriven implements KernelProcess {
  readonly pid = 1
  readonly received: HostLinkCommand[] = []
  killed = false
  private link: ((message: HostLinkMessage) => void) | null = null
  private exit: ((reason: string) => void) | null = null
  send(command: HostLinkCommand): void {
    this.received.push(command)
  }
  onLink(listener: (message: HostLinkMessage) => void): void {
    this.link = listener
  }
  onExit(listener: (reason: string) => void): void {
    this.exit = listener
  }
  kill(): void {
    this.killed = true
  }
  says(message: HostLinkMessage): void {
    this.link!(message)
  }
  dies(reason: string): void {
    this.exit!(reason)
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function makeService(): { service: KernelHostService<HandDriven>; started: HandDriven[]; states: KernelProcessState[]; sessions: SessionStore; crashes: CrashLogStore } {
  const database = openDatabase(':memory:')
  const sessions = new SessionStore(database)
  const crashes = new CrashLogStore(database)
  const started: HandDriven[] = []
  const states: KernelProcessState[] = []
  const service = new KernelHostService<HandDriven>(() => {
    started.push(new HandDriven())
    return started.at(-1)!
  }, sessions, crashes, { stateChanged: (state) => states.push(state), crashStored: () => {}, kept: () => {} })
  service.launch()
  started[0]!.says({ link: 'heartbeat', status: sampleStatus() })
  return { service, started, states, sessions, crashes }
}

const session: HostLinkMessage = { link: 'session', session: 's1', description: sampleDescription(), seed: 3 }
const input = { step: 4, timeNs: 5, command: { kind: 'powerButton' as const } }

describe('KernelHostService', () => {
  it('notices a silent process within three seconds, ends it and keeps its last known state', () => {
    const { started, states, sessions } = makeService()
    started[0]!.says(session)
    vi.advanceTimersByTime(1000)
    started[0]!.says({ link: 'heartbeat', status: sampleStatus() })
    expect(states.at(-1)!.state).toBe('running')
    vi.advanceTimersByTime(3000)
    expect(states.at(-1)).toMatchObject({ state: 'hung', lastStatus: sampleStatus() })
    expect(started[0]!.killed).toBe(true)
    expect(sessions.get('s1')!.lastStatus).toEqual(sampleStatus())
    expect(sessions.list()[0]!.endReason).toBe('hung')
  })

  it('waits longer while a file is read, by its size, and no longer when it was', () => {
    const { started } = makeService()
    started[0]!.says({ link: 'reading', bytes: 40_000_000 })
    vi.advanceTimersByTime(11_500)
    expect(started[0]!.killed).toBe(false)
    started[0]!.says({ link: 'heartbeat', status: sampleStatus() })
    vi.advanceTimersByTime(3_000)
    expect(started[0]!.killed).toBe(true)
  })

  it('does not take its own pause for the process\'s silence', () => {
    const { started } = makeService()
    started[0]!.says({ link: 'heartbeat', status: sampleStatus() })
    vi.advanceTimersByTime(400)
    const now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 5_000)
    vi.advanceTimersByTime(200)
    expect(started[0]!.killed).toBe(false)
    clock.mockReturnValue(now + 5_600)
    vi.advanceTimersByTime(500)
    clock.mockReturnValue(now + 6_100)
    vi.advanceTimersByTime(500)
    expect(started[0]!.killed).toBe(false)
    clock.mockReturnValue(now + 6_700)
    vi.advanceTimersByTime(500)
    clock.mockReturnValue(now + 7_200)
    vi.advanceTimersByTime(500)
    expect(started[0]!.killed).toBe(true)
    clock.mockRestore()
  })

  it('notices a death at once, says why, and starts a fresh process only when asked', () => {
    const { service, started, states } = makeService()
    started[0]!.dies('it was ended by SIGKILL')
    expect(states.at(-1)).toMatchObject({ state: 'gone', reason: expect.stringContaining('SIGKILL') as string })
    vi.advanceTimersByTime(10_000)
    expect(started.length).toBe(1)
    service.restart()
    started[1]!.says({ link: 'heartbeat', status: sampleStatus() })
    expect(states.at(-1)).toMatchObject({ state: 'running', restarts: 1, reason: null })
  })

  it('gives up after five restarts with a sentence', () => {
    const { service, started, states } = makeService()
    for (let i = 0; i < 7; i++) {
      started.at(-1)!.dies('it ended with status 1')
      service.restart()
    }
    expect(started.length).toBe(6)
    expect(states.at(-1)!.reason).toMatch(/start the workbench again/u)
  })

  it('stores a panic with the journal that came before it, also when the process dies right after', () => {
    const { started, crashes } = makeService()
    started[0]!.says(session)
    started[0]!.says({ link: 'journal', session: 's1', records: [input] })
    started[0]!.says({ link: 'panicked', session: 's1', panic: samplePanic(), read: sampleRead() })
    started[0]!.dies('it was ended by SIGKILL')
    const [report] = crashes.list()
    expect(crashes.journal(report!.id)).toEqual([input])
    expect(crashes.get(report!.id)).toMatchObject({ run: { seed: 3, panic: samplePanic(), description: sampleDescription() } })
  })
})
