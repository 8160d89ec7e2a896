import { asList, asNumber, asObject, asText, type LooseObject } from '../../../formats/index.ts'
import type { CrashDraft } from '../CrashDraft.ts'

const MAX_PROCESSES = 20_000

/** Reads the body of a report about low memory (Jetsam). */
export function readIpsMemory(draft: CrashDraft, body: LooseObject): void {
  if (!Object.hasOwn(body, 'largestProcess') && !Object.hasOwn(body, 'memoryStatus')) return
  const pageSizeBytes = asNumber(asObject(body['memoryStatus'])?.['pageSize'])
    ?? asNumber(body['pageSize'])
  const largestProcess = asText(body['largestProcess'])
  const processes = asList(body['processes']).slice(0, MAX_PROCESSES).flatMap((item) => {
    const one = asObject(item)
    const name = one === null ? null : asText(one['name'])
    if (one === null || name === null) return []
    const pages = asNumber(one['rpages'])
    return [{
      name,
      pid: asNumber(one['pid']),
      sizeBytes: pages === null || pageSizeBytes === null ? null : pages * pageSizeBytes,
      reason: asText(one['reason']),
      states: asList(one['states']).flatMap((state) => asText(state) ?? []),
    }]
  })
  draft.kind = 'low-memory'
  draft.memory = { pageSizeBytes, largestProcess, processes }
  const ended = processes.find(({ reason }) => reason !== null)
  draft.process ??= ended?.name ?? largestProcess
  draft.pid ??= ended?.pid ?? null
}
