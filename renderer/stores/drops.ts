import { defineStore } from 'pinia'
import { useCoverageStore } from './coverage.ts'
import { useImportsStore } from './imports.ts'
import { isKextPlist, useKextSetsStore } from './kextSets.ts'
import { useNavigationStore } from './navigation.ts'

interface DroppedFolder {
  readonly name: string
  readonly files: readonly { readonly path: string; readonly file: File }[]
}

/** Brings in what was dropped or chosen in a dialog: kexts to try, everything else to look at. */
export const useDropsStore = defineStore('drops', () => {
  const coverage = useCoverageStore()
  const imports = useImportsStore()
  const kextSets = useKextSetsStore()
  const navigation = useNavigationStore()

  async function take(files: readonly File[], folders: readonly DroppedFolder[] = []): Promise<void> {
    const others: File[] = []
    for (const file of files) {
      if (await isKextPlist(file)) await addKexts(file.name, [{ path: file.name, file }])
      else others.push(file)
    }
    for (const { name, files: inside } of folders) await addKexts(name, inside)
    if (navigation.place.view === 'coverage') await coverage.addFiles(others)
    else await imports.importFiles(others)
  }

  async function addKexts(name: string, files: DroppedFolder['files']): Promise<void> {
    const isAdded = await kextSets.add(name, files)
    if (isAdded && navigation.place.view !== 'coverage') navigation.go({ view: 'match-explainer' })
  }

  /** Files of a folder dialog carry their paths, the folder's name first. */
  async function takeFolder(files: readonly File[]): Promise<void> {
    const [first] = files
    if (first === undefined) return
    const name = first.webkitRelativePath.split('/')[0] ?? first.name
    await addKexts(
      name,
      files.map((file) => ({ path: file.webkitRelativePath, file })),
    )
  }

  return { take, takeFolder }
})
