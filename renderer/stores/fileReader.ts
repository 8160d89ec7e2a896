import type { Ref, ShallowRef } from 'vue'
import type { ImportSummary, Problem } from '../../kernel/api/index.ts'
import type { KernelClient, UploadFile } from '../bridge/index.ts'
import { errorSentence } from '../format/text.ts'
import type { useComposerStore } from './composer.ts'
import type { BatchOutcome } from './importBatch.ts'
import { readMachineFile } from './machineFile.ts'
import type { useNavigationStore } from './navigation.ts'

const LARGEST_FILE_BYTES = 128 * 1024 * 1024
/** From this size on files are sent ahead. */
const UPLOADED_BYTES = 256 * 1024

/** A machine file that cannot be built, with everything that is wrong with it. */
export interface RejectedMachine {
  readonly name: string
  readonly problems: readonly Problem[]
}

interface ReaderParts {
  readonly kernel: KernelClient
  readonly upload: UploadFile | null
  readonly composer: ReturnType<typeof useComposerStore>
  readonly navigation: ReturnType<typeof useNavigationStore>
  readonly reading: Ref<string | null>
  readonly rejected: ShallowRef<RejectedMachine | null>
}

/** Reads one file of any kind, and tells what became of it; never rejects. */
export function createFileReader({ kernel, upload, composer, navigation, reading, rejected }: ReaderParts) {
  return async (file: File): Promise<BatchOutcome> => {
    const { name } = file
    if (file.size > LARGEST_FILE_BYTES)
      return { name, failure: 'It is too large: files up to 128 MB can be imported.' }
    reading.value = name
    try {
      if (await isMachineFile(file)) return { name, isMachine: true }
      return { name, summary: await importBytes(file) }
    } catch (error) {
      return { name, failure: errorSentence(error) }
    } finally {
      reading.value = null
    }
  }

  /** Large files go the way that is made for them, where there is one. */
  async function importBytes(file: File): Promise<ImportSummary> {
    if (upload !== null && file.size >= UPLOADED_BYTES) return kernel.calls.importUploaded(file.name, await upload(file))
    return kernel.calls.importFile(file.name, new Uint8Array(await file.arrayBuffer()))
  }

  /** Only what may be a machine file is read here. */
  async function isMachineFile(file: File): Promise<boolean> {
    const head = await file.slice(0, 64).text()
    if (!head.trimStart().startsWith('{')) return false
    return openMachine(file.name, new Uint8Array(await file.arrayBuffer()))
  }

  /** Puts a machine file on the desk, or shows all its faults; false when the file is something else. */
  async function openMachine(name: string, bytes: Uint8Array): Promise<boolean> {
    const found = readMachineFile(name, bytes)
    if (found === null) return false
    const answer =
      'problem' in found
        ? { ok: false as const, problems: [found.problem] }
        : await kernel.calls.readMachine(found.description)
    if (answer.ok) {
      composer.start(answer.value)
      navigation.go({ view: 'machines' })
    } else rejected.value = { name, problems: answer.problems }
    return true
  }
}
