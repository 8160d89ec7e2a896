import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { useBridge } from '../bridge/index.ts'
import type { KernelClient } from '../bridge/index.ts'
import { useStored } from '../composables/useStored.ts'
import type { TerminalLink, TerminalScreen } from '../views/Terminal/TerminalScreen.ts'
import type { TerminalProfile } from '../views/Terminal/profiles.ts'
import { useConnectionStore } from './connection.ts'
import { useMachineStore } from './machine.ts'
import { useNoticesStore } from './notices.ts'
import { useRegistryStore } from './registry.ts'

/** How a terminal ends whose machine went away or began anew. */
export const MACHINE_GONE = -1

export interface TerminalTab {
  readonly id: number
  readonly number: number
  readonly screen: TerminalScreen
  /** Exit status once the shell ended, else null. */
  readonly ended: number | null
}

/** Terminals of the machine. Their screens live here so that tabs survive a change of view. */
export const useTerminalStore = defineStore('terminal', () => {
  const { kernel } = useBridge()
  const connection = useConnectionStore()
  const machine = useMachineStore()
  const notices = useNoticesStore()
  const registry = useRegistryStore()
  const tabs = shallowRef<readonly TerminalTab[]>([])
  const activeId = ref<number | null>(null)
  const opening = ref(false)
  const profile = useStored<TerminalProfile>('terminalProfile', 'basic')
  const early = createEarlyOutput()
  let lastNumber = 0
  let underWay: Promise<void> = Promise.resolve()

  const active = computed(() => tabs.value.find((tab) => tab.id === activeId.value) ?? null)
  const reviveAll = createRevival({ kernel, notices, tabs, activeId, opening, early })
  const canOpen = computed(() => machine.isOn && connection.kernelOpen && !opening.value)

  kernel.on('terminalOutput', (terminal, data) => {
    const tab = tabs.value.find((candidate) => candidate.id === terminal)
    if (tab !== undefined) tab.screen.write(data)
    else if (opening.value) early.keep(terminal, data)
  })
  kernel.on('terminalClosed', (terminal, status) => end(terminal, status))
  kernel.onState((state) => { if (state === 'lost') endAll() })
  watch(() => machine.status.session, async (session) => {
    endAll()
    // A machine that was rewound stands paused and must go on as it did: nobody logs in by themselves.
    if (session !== null && machine.status.power === 'running') await reviveAll()
  })
  watch(profile, (chosen) => tabs.value.forEach(({ screen }) => screen.setProfile(chosen)))

  /** Opens a terminal; while one is being opened, that one. */
  function open(): Promise<void> {
    if (canOpen.value) underWay = openOne()
    return underWay
  }

  async function openOne(): Promise<void> {
    opening.value = true
    try {
      const { TerminalScreen } = await import('../views/Terminal/TerminalScreen.ts')
      const screen = new TerminalScreen(profile.value, registry.terminalLinks)
      const id = await kernel.calls.openTerminal(screen.columns, screen.rows)
      screen.connect(terminalLink(kernel, id))
      lastNumber += 1
      tabs.value = [...tabs.value, { id, number: lastNumber, screen, ended: null }]
      activeId.value = id
      for (const data of early.take(id)) screen.write(data)
    } catch (error) {
      notices.fail('The terminal could not be opened', error)
    } finally {
      opening.value = false
    }
  }

  const endAll = (): void => tabs.value.forEach(({ id }) => end(id, MACHINE_GONE))

  function end(id: number, status: number): void {
    tabs.value = tabs.value.map((tab) => {
      if (tab.id !== id || tab.ended !== null) return tab
      tab.screen.end()
      return { ...tab, ended: status }
    })
  }

  function close(id: number): void {
    const index = tabs.value.findIndex((tab) => tab.id === id)
    const tab = tabs.value[index]
    if (tab === undefined) return
    if (tab.ended === null) void kernel.calls.closeTerminal(id).catch(() => undefined)
    tab.screen.dispose()
    tabs.value = tabs.value.filter((candidate) => candidate.id !== id)
    if (activeId.value === id) activeId.value = (tabs.value[index] ?? tabs.value[index - 1])?.id ?? null
  }

  const cycle = (by: 1 | -1): void => { activeId.value = neighbour(tabs.value, activeId.value, by) }

  return { tabs, activeId, active, canOpen, opening, profile, open, close, cycle }
})

interface RevivalParts {
  readonly kernel: KernelClient
  readonly notices: ReturnType<typeof useNoticesStore>
  readonly tabs: ShallowRef<readonly TerminalTab[]>
  readonly activeId: Ref<number | null>
  readonly opening: Ref<boolean>
  readonly early: ReturnType<typeof createEarlyOutput>
}

/** Terminals that ended with their machine get a shell of the one that runs now. */
function createRevival({ kernel, notices, tabs, activeId, opening, early }: RevivalParts): () => Promise<void> {
  async function revive(tab: TerminalTab): Promise<void> {
    const id = await kernel.calls.openTerminal(tab.screen.columns, tab.screen.rows)
    tab.screen.begin(terminalLink(kernel, id))
    tabs.value = tabs.value.map((each) => each === tab ? { ...tab, id, ended: null } : each)
    if (activeId.value === tab.id) activeId.value = id
    for (const data of early.take(id)) tab.screen.write(data)
  }

  return async () => {
    opening.value = true
    for (const tab of tabs.value.filter(({ ended }) => ended === MACHINE_GONE)) {
      await notices.attempt('The terminal could not be opened again', () => revive(tab))
    }
    opening.value = false
  }
}

/** The tab before or after, around the ends. */
function neighbour(tabs: readonly TerminalTab[], activeId: number | null, by: 1 | -1): number | null {
  const index = tabs.findIndex((tab) => tab.id === activeId)
  return tabs[(index + by + tabs.length) % tabs.length]?.id ?? activeId
}

/** Where a screen sends its keys and what it has drawn. A terminal that is gone hears nothing. */
function terminalLink(kernel: KernelClient, id: number): TerminalLink {
  const quietly = (call: Promise<void>): void => void call.catch(() => undefined)
  return {
    input: (data) => quietly(kernel.calls.terminalInput(id, data)),
    resize: (columns, rows) => quietly(kernel.calls.resizeTerminal(id, columns, rows)),
    acknowledge: (bytes) => quietly(kernel.calls.acknowledgeTerminal(id, bytes)),
  }
}

/** Output that arrives before the answer to `openTerminal` told the terminal's number. */
function createEarlyOutput(): { keep(terminal: number, data: Uint8Array): void; take(terminal: number): readonly Uint8Array[] } {
  const kept = new Map<number, Uint8Array[]>()
  return {
    keep: (terminal, data) => void kept.set(terminal, [...kept.get(terminal) ?? [], data]),
    take: (terminal) => {
      const output = kept.get(terminal) ?? []
      kept.clear()
      return output
    },
  }
}
