import type { KeptFile } from '../../kernel/api/index.ts'
import type { HostClient } from '../bridge/index.ts'

/** Tells where in the library a file went, by the key that its import was given. */
export type KeptFiles = (key: string) => Promise<KeptFile>

const GONE = 'The kernel process ended before the file was kept: bring it in again.'

/** Answers where a file went, whether the host has told already or will. */
export function createKeptFiles(host: HostClient): KeptFiles {
  const told = new Map<string, KeptFile>()
  const waiting = new Map<string, (file: KeptFile) => void>()

  function tell(file: KeptFile): void {
    const answer = waiting.get(file.key)
    waiting.delete(file.key)
    if (answer === undefined) told.set(file.key, file)
    else answer(file)
  }

  host.on('fileKept', tell)
  host.on('kernelProcessChanged', ({ state }) => {
    if (state === 'running' || state === 'hung') return
    for (const key of [...waiting.keys()]) tell({ key, id: null, reason: GONE })
  })
  return (key) => {
    const file = told.get(key)
    told.delete(key)
    return file === undefined ? new Promise((resolve) => waiting.set(key, resolve)) : Promise.resolve(file)
  }
}
