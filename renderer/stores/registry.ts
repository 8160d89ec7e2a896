import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import type { RegistrySource } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createRegistryDocument } from '../views/RegistryExplorer/registryDocument.ts'
import type { RegistryDocument } from '../views/RegistryExplorer/registryDocument.ts'
import type { TerminalLink } from '../views/Terminal/findLinks.ts'
import type { LinkTargets } from '../views/Terminal/linkProvider.ts'
import { rowOfPath } from '../views/RegistryExplorer/goTo.ts'
import { useMachineStore } from './machine.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

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
  watch(() => machine.status.session, () => documents.delete('machine'))
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

  const terminalLinks = useTerminalLinks(documentOf, reveal)
  return { documentOf, reveal, revealWithoutDriver, terminalLinks }
})

/** What terminals lead to: the classes they may name, and the way into the registry. */
function useTerminalLinks(
  documentOf: (source: RegistrySource) => RegistryDocument, reveal: (source: RegistrySource, id: number) => Promise<void>,
): LinkTargets {
  const navigation = useNavigationStore()
  const notices = useNoticesStore()
  let classesOf: unknown = null
  let classes: ReadonlySet<string> = new Set()

  function isClass(name: string): boolean {
    const { snapshot } = documentOf('machine')
    if (snapshot.value === null && !snapshot.loading) void snapshot.run()
    if (classesOf !== snapshot.value) {
      classesOf = snapshot.value
      classes = new Set(snapshot.value?.classes)
    }
    return classes.has(name)
  }

  async function showPath(path: string): Promise<void> {
    const document = documentOf('machine')
    const plane = path.slice(0, path.indexOf(':'))
    if (document.snapshot.value?.planes.includes(plane) !== false) document.plane = plane
    await document.snapshot.run()
    const row = document.snapshot.value === null ? -1 : rowOfPath(document.snapshot.value, path)
    if (row >= 0) await reveal('machine', document.snapshot.value?.ids[row] ?? 0)
    else notices.show({ tone: 'info', title: 'This entry is not in the registry', text: path })
  }

  function follow({ kind, text, meaning }: TerminalLink): void {
    if (kind === 'path') void showPath(text)
    else if (kind === 'entry') void reveal('machine', Number(text))
    else if (kind === 'result') notices.show({ tone: 'info', title: text, text: meaning ?? '' })
    else {
      navigation.go({ view: 'registry', source: 'machine' })
      documentOf('machine').filter = text
    }
  }

  return { isClass, follow }
}
