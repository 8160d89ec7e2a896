import type { Wire } from '../bridge/index.ts'

/** Two ends of one wire in memory; `close` ends both. */
export function memoryWire(): { readonly near: Wire; readonly far: Wire; close(): void } {
  const listeners: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []]
  const closers: (() => void)[] = []
  const end = (mine: 0 | 1): Wire => ({
    post: (message) => {
      const copy: unknown = structuredClone(message)
      queueMicrotask(() => listeners[mine === 0 ? 1 : 0].forEach((listener) => listener(copy)))
    },
    onMessage: (listener) => void listeners[mine].push(listener),
    onClose: (listener) => void closers.push(listener),
  })
  return { near: end(0), far: end(1), close: () => closers.forEach((closer) => closer()) }
}
