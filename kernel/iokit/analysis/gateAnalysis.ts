import type { GateDiagnostic, GateStack } from '../../api/index.ts'
import { IOLog } from '../../mach/index.ts'
import { kernelState, scheduler, type Thread } from '../../sim/index.ts'

/** What is looked at of a gate. */
export interface AnalysedGate {
  /** Who holds it. */
  readonly gateOwner: Thread | null
  /** The gate that its holder had closed before it. */
  readonly outerGate: AnalysedGate | null
  /** How messages call it. */
  gateName(): string
}

/** Diagnostics kept; a driver that repeats itself is not worth more. */
const LIMIT = 64

type Followers = Map<AnalysedGate, GateStack>

const state = kernelState(() => ({
  /** Gates that were closed inside others: outer to inner, with the stack that did it first. */
  orders: new Map<AnalysedGate, Followers>(),
  /** Threads that hold a gate and sleep for another. */
  waiting: new Map<Thread, AnalysedGate>(),
  diagnostics: [] as GateDiagnostic[],
}))

/** Diagnostics from number `from` on, in order. */
export function gateDiagnostics(from = 0): readonly GateDiagnostic[] {
  return state().diagnostics.slice(from)
}

/**
 * A thread that holds a gate is about to close another. The first time, the order is remembered; if other
 * threads have taken the same gates the other way round, both stacks are told. Thread context.
 */
export function noteNestedGate(thread: Thread, inner: AnalysedGate): void {
  const outer = thread.innermostGate as AnalysedGate
  const { orders } = state()
  let followers = orders.get(outer)
  if (followers === undefined) {
    followers = new Map()
    orders.set(outer, followers)
  }
  if (followers.has(inner)) return
  const stack = stackOf(thread, outer, inner)
  followers.set(inner, stack)
  const opposite = pathBetween(inner, outer)
  if (opposite !== null) {
    report('gateOrder', `IOWorkLoop: gates closed in opposite orders: ${stack.thread} closes ${stack.waitsFor} `
      + `inside ${stack.holds}, but ${opposite.map(orderText).join(', ')}`, [stack, ...opposite])
  }
}

/**
 * A thread that holds a gate goes to sleep for another. If that closes a circle, all in it are told: they
 * will never wake. Thread context; `doneWaiting` when it has woken.
 */
export function noteWaitingForGate(thread: Thread, wanted: AnalysedGate): void {
  const { waiting } = state()
  waiting.set(thread, wanted)
  const circle: [Thread, AnalysedGate][] = []
  for (let at: Thread | null = thread; at !== null;) {
    const next = waiting.get(at)
    if (next === undefined) return
    circle.push([at, next])
    at = next.gateOwner
    if (at === thread) break
    if (circle.length > waiting.size) return
  }
  const stacks = circle.map(([at, next], index) => {
    const [, held] = circle[(index + circle.length - 1) % circle.length]!
    return stackOf(at, held, next)
  })
  const parts = stacks.map(({ thread: name, holds, waitsFor }) => `${name} holds ${holds} and waits for ${waitsFor}`)
  report('deadlock', `IOWorkLoop: deadlock: ${parts.join('; ')}`, stacks)
}

/** The thread sleeps for no gate any more. */
export function doneWaitingForGate(thread: Thread): void {
  state().waiting.delete(thread)
}

/** The gate is gone: nobody will close it again. */
export function forgetGate(gate: AnalysedGate): void {
  const { orders } = state()
  orders.delete(gate)
  for (const followers of orders.values()) followers.delete(gate)
}

/** The stacks that lead from one gate to another, in order; null when none do. */
function pathBetween(from: AnalysedGate, to: AnalysedGate, seen = new Set<AnalysedGate>()): GateStack[] | null {
  seen.add(from)
  for (const [next, stack] of state().orders.get(from) ?? []) {
    if (next === to) return [stack]
    const rest = seen.has(next) ? null : pathBetween(next, to, seen)
    if (rest !== null) return [stack, ...rest]
  }
  return null
}

function report(kind: GateDiagnostic['kind'], summary: string, stacks: readonly GateStack[]): void {
  const { diagnostics } = state()
  if (diagnostics.length === LIMIT) return
  diagnostics.push({ kind, timeNs: scheduler().nowNs, summary, stacks })
  IOLog(`${summary}\n`)
  for (const { thread, frames } of stacks) IOLog(`  ${thread}: ${frames.join(' < ') || 'no frames'}\n`)
}

function orderText({ thread, holds, waitsFor }: GateStack): string {
  return `${thread} closed ${waitsFor} inside ${holds}`
}

function stackOf(thread: Thread, holds: AnalysedGate, wants: AnalysedGate): GateStack {
  const frames = thread.frames.innermostFirst().map(({ bundle, symbol }) => `${bundle} ${symbol}`)
  return { thread: `${thread.name} (${thread.id})`, holds: holds.gateName(), waitsFor: wants.gateName(), frames }
}
