import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useNoticesStore } from './notices.ts'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => vi.useRealTimers())

const titles = (): readonly string[] => useNoticesStore().notices.map(({ title }) => title)

it('lets notices go soon, keeps what is sticky, and waits while somebody reads', () => {
  const store = useNoticesStore()
  store.show({ tone: 'success', title: 'done' })
  store.show({ tone: 'error', title: 'panic', sticky: true })
  const read = store.show({ tone: 'info', title: 'read', action: { title: 'Undo', run: () => undefined } })
  vi.advanceTimersByTime(4000)
  expect(titles()).toEqual(['panic', 'read'])
  store.hold(read)
  vi.advanceTimersByTime(60_000)
  expect(titles()).toEqual(['panic', 'read'])
  store.wait(read)
  vi.advanceTimersByTime(6000)
  expect(titles()).toEqual(['panic'])
})

it('shows a few at once and never pushes out what is sticky', () => {
  const store = useNoticesStore()
  const first = store.show({ tone: 'error', title: 'panic', sticky: true })
  for (const title of ['a', 'b', 'c', 'd']) store.show({ tone: 'info', title })
  store.update(first, { text: 'more', progress: 0.5 })
  expect(titles()).toEqual(['panic', 'b', 'c', 'd'])
  expect(store.notices[0]).toMatchObject({ text: 'more', progress: 0.5 })
})
