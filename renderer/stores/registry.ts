import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import type { RegistrySource } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createRegistryDocument } from '../views/RegistryExplorer/registryDocument.ts'
import type { RegistryDocument } from '../views/RegistryExplorer/registryDocument.ts'
import { useMachineStore } from './machine.ts'
import { useNavigationStore } from './navigation.ts'

/** One document per registry: the machine's and each imported one. */
export const useRegistryStore = defineStore('registry', () => {
  const { kernel } = useBridge()
  const machine = useMachineStore()
  const navigation = useNavigationStore()
  const documents = shallowReactive(new Map<RegistrySource, RegistryDocument>())

  function documentOf(source: RegistrySource): RegistryDocument {
    const known = documents.get(source)
    if (known !== undefined) return known
    const document = createRegistryDocument(source, kernel)
    documents.set(source, document)
    return document
  }

  kernel.on('registryChanged', () => {
    const live = documents.get('machine')
    if (live !== undefined && machine.isPresent) live.changed()
  })
  watch(() => machine.isPresent, (present) => { if (!present) documents.delete('machine') })
  kernel.onState((state) => {
    if (state === 'lost') documents.clear()
  })

  /** Opens the Registry view with this entry selected. */
  async function reveal(source: RegistrySource, id: number): Promise<void> {
    navigation.go({ view: 'registry', source })
    await documentOf(source).reveal(id)
  }

  /** Shows the next device of the machine that no driver has taken, around the end. */
  async function revealWithoutDriver(): Promise<void> {
    const document = documentOf('machine')
    navigation.go({ view: 'registry', source: 'machine' })
    if (document.plane !== 'IOService') document.plane = 'IOService'
    await document.snapshot.run()
    const snapshot = document.snapshot.value
    if (snapshot === null) return
    const rows = [...snapshot.withoutDriver.keys()].filter((row) => snapshot.withoutDriver[row] === 1)
    const next = rows.find((row) => row > document.selectedRow) ?? rows[0]
    if (next !== undefined) await document.reveal(snapshot.ids[next] ?? 0)
  }

  return { documentOf, reveal, revealWithoutDriver }
})
