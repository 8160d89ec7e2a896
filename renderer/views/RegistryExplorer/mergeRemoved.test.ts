import { describe, expect, it } from 'vitest'
import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { mergeRemoved } from './mergeRemoved.ts'

const before = snapshotOf(
  'Root\n  iMac\n    Keyboard\n      Driver\n    NVMe\n      Disk\n    Stick\n  IOResources')

/** The snapshot without the named rows, ids kept. */
function without(snapshot: RegistrySnapshot, ...names: string[]): RegistrySnapshot {
  const rows = snapshot.names.flatMap((name, row) => names.includes(name) ? [] : [row])
  const lines = rows.map((row) => `${'  '.repeat(snapshot.depths[row]!)}${snapshot.names[row]}`)
  const left = snapshotOf(lines.join('\n'))
  return { ...left, ids: Float64Array.from(rows, (row) => snapshot.ids[row]!) }
}

function drawn(snapshot: RegistrySnapshot): string {
  return snapshot.names.map((name, row) => `${'  '.repeat(snapshot.depths[row]!)}${name}`).join('\n')
}

describe('mergeRemoved', () => {
  it('puts removed subtrees back where they were: first of a parent, between siblings, last', () => {
    const now = without(before, 'Keyboard', 'Driver', 'Disk', 'Stick')
    const { snapshot, removed } = mergeRemoved(before, now)
    expect(drawn(snapshot)).toBe(drawn(before))
    expect([...snapshot.parents]).toEqual([...before.parents])
    expect(removed.size).toBe(4)
    expect(snapshot.states[2]).not.toBe(before.states[2])
  })

  it('is the new snapshot itself when nothing was removed, and when everything was exchanged', () => {
    expect(mergeRemoved(before, before).snapshot).toBe(before)
    const other = snapshotOf(`Root\n${'  Node\n'.repeat(3000)}`)
    expect(mergeRemoved(other, without(before, 'Disk')).removed.size).toBe(0)
  })

  it('keeps what was removed earlier over several snapshots', () => {
    const once = mergeRemoved(before, without(before, 'Stick')).snapshot
    const twice = mergeRemoved(once, without(before, 'Stick', 'Disk'))
    expect(drawn(twice.snapshot)).toBe(drawn(before))
    expect(twice.removed.size).toBe(2)
  })
})
