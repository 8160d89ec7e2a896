import { createBirpc } from 'birpc'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryWire } from '../testSupport/memoryWire.ts'
import { RemoteClient } from './RemoteClient.ts'

interface Remote { add(a: number, b: number): number; fail(): void }
interface Local { ticked(count: number): void }

describe('RemoteClient', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  function connectTo(functions: Remote) {
    const wires: ReturnType<typeof memoryWire>[] = []
    const fars: { tell(count: number): void }[] = []
    const client = new RemoteClient<Remote, Local>(() => {
      const wire = memoryWire()
      const far = createBirpc<Local, Remote>(functions, { post: (m) => wire.far.post(m), on: (l) => wire.far.onMessage(l) })
      wires.push(wire)
      fars.push({ tell: (count) => void far.$callEvent('ticked', count) })
      return Promise.resolve(wire.near)
    }, 'It is gone.')
    client.connect()
    return { client, wires, fars }
  }

  const functions: Remote = { add: (a, b) => a + b, fail: () => { throw new Error('No such thing.') } }

  it('holds calls until the wire is there and gives the answer', async () => {
    const { client } = connectTo(functions)
    await expect(client.calls.add(2, 3)).resolves.toBe(5)
  })

  it('rejects with the error of the far side', async () => {
    const { client } = connectTo(functions)
    await expect(client.calls.fail()).rejects.toThrow('No such thing.')
  })

  it('hands notifications to every listener until it is taken off', async () => {
    const { client, fars } = connectTo(functions)
    await client.calls.add(0, 0)
    const heard: number[] = []
    const off = client.on('ticked', (count) => void heard.push(count))
    fars[0]?.tell(1)
    await vi.advanceTimersByTimeAsync(0)
    off()
    fars[0]?.tell(2)
    await vi.advanceTimersByTimeAsync(0)
    expect(heard).toEqual([1])
  })

  it('rejects calls while the far side is lost and connects again', async () => {
    const { client, wires } = connectTo(functions)
    const states: string[] = []
    client.onState((state) => void states.push(state))
    await client.calls.add(0, 0)
    wires[0]?.close()
    await expect(client.calls.add(1, 1)).rejects.toThrow('It is gone.')
    await vi.advanceTimersByTimeAsync(300)
    await expect(client.calls.add(1, 1)).resolves.toBe(2)
    expect(states).toEqual(['connecting', 'open', 'lost', 'connecting', 'open'])
  })
})
