import type { Ref } from 'vue'
import type { RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'
import type { Load } from '../../composables/createLoad.ts'
import { rowOfTarget } from './goTo.ts'
import type { Target } from './goTo.ts'

export interface RevealParts {
  readonly source: RegistrySource
  readonly kernel: KernelClient
  readonly plane: Ref<string>
  readonly filter: Ref<string>
  readonly snapshot: Load<RegistrySnapshot>
  freshen(): Promise<void>
  /** Selects an entry of the snapshot and opens what stands above it. */
  showEntry(id: number): void
}

export interface Reveal {
  reveal(id: number): Promise<void>
  revealIn(plane: string, id: number): Promise<void>
  goTo(target: Target): Promise<boolean>
}

/** The ways to an entry of a registry: by id, in a plane, by whatever name people give it. */
export function createReveal(parts: RevealParts): Reveal {
  const { source, kernel, plane, filter, snapshot, freshen, showEntry } = parts

  async function show(wanted: string): Promise<void> {
    plane.value = wanted
    await snapshot.run()
  }

  async function reveal(id: number): Promise<void> {
    filter.value = ''
    await freshen()
    if (snapshot.value?.ids.includes(id) !== true && plane.value !== 'IOService') await show('IOService')
    showEntry(id)
  }

  async function revealIn(wanted: string, id: number): Promise<void> {
    filter.value = ''
    await (plane.value === wanted ? freshen() : show(wanted))
    showEntry(id)
  }

  async function goTo(target: Target): Promise<boolean> {
    await freshen()
    const here = snapshot.value
    const wanted = target.by === 'key' ? await withKey(target.text, target.plane) : target
    if (here === null || wanted === null) return false
    const planes =
      target.plane === null
        ? [here.plane, ...here.planes.filter((name) => name !== here.plane)]
        : [target.plane]
    for (const name of planes) {
      const tree = name === here.plane ? here : await kernel.calls.registrySnapshot(source, name)
      const row = rowOfTarget(tree, wanted)
      if (row < 0) continue
      await revealIn(name, tree.ids[row] ?? 0)
      return true
    }
    return false
  }

  /** The first entry that has the property, as the kernel process finds it. */
  async function withKey(key: string, inPlane: string | null): Promise<Target | null> {
    const { ids, keys } = await kernel.calls.findInProperties(source, `${key}=`)
    const at = keys.indexOf(key)
    return at < 0 ? null : { by: 'id', plane: inPlane, id: ids[at] ?? 0 }
  }

  return { reveal, revealIn, goTo }
}
