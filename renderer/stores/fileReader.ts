import type { Ref, ShallowRef } from 'vue'
import type { Problem } from '../../kernel/api/index.ts'
import type { KernelClient } from '../bridge/index.ts'
import { errorSentence } from '../format/text.ts'
import type { useComposerStore } from './composer.ts'
import type { BatchOutcome } from './importBatch.ts'
import { readMachineFile } from './machineFile.ts'
import type { useNavigationStore } from './navigation.ts'

const LARGEST_FILE_BYTES = 128 * 1024 * 1024

/** A machine file that cannot be built, with everything that is wrong with it. */
export interface RejectedMachine {
  readonly name: string
  readonly problems: readonly Problem[]
}

interface ReaderParts {
  readonly kernel: KernelClient
  readonly composer: ReturnType<typeof useComposerStore>
  readonly navigation: ReturnType<typeof useNavigationStore>
  readonly reading: Ref<string | null>
  readonly rejected: ShallowRef<RejectedMachine | null>
}

/** Reads one file of any kind, and tells what became of it; never rejects. */
export function createFileReader({ kernel, composer, navigation, reading, rejected }: ReaderParts) {
  return async (file: File): Promise<BatchOutcome> => {
    const { name } = file
    if (file.size > LARGEST_FILE_BYTES)
      return { name, failure: 'It is too large: files up to 128 MB can be imported.' }
    reading.value = name
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      if (await openMachine(name, bytes)) return { name, isMachine: true }
      return { name, summary: await kernel.calls.importFile(name, bytes) }
    } catch (error) {
      return { name, failure: errorSentence(error) }
    } finally {
      reading.value = null
    }
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
