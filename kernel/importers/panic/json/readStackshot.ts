import type { PanicProcess, PanicStackshot, PanicStackshotThread } from '../../../api/index.ts'
import { isLooseObject, type LooseJson, type LooseObject } from '../../../formats/index.ts'

const MAX_PROCESSES = 10_000
const MAX_THREADS = 500
const MAX_FRAMES = 128

/** Which process and thread panicked. */
export interface PanickedIds {
  readonly pid: number | null
  readonly threadId: number | null
}

const strings = (value: LooseJson | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

const numberOr = (value: LooseJson | undefined, other: number): number =>
  typeof value === 'number' ? value : other

/** Address of a frame `[image, offset]`: the image's base and the offset. */
function addressOf(frame: LooseJson, images: LooseJson[]): string | null {
  if (!Array.isArray(frame)) return null
  const [index, offset] = frame
  const image = typeof index === 'number' ? images[index] : undefined
  const base = Array.isArray(image) ? image[1] : undefined
  const isWhole = (value: LooseJson | undefined): value is number | bigint =>
    typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
  if (!isWhole(base) || !isWhole(offset)) return null
  return `0x${BigInt.asUintN(64, BigInt(base) + BigInt(offset)).toString(16)}`
}

function readThread(value: LooseObject, images: LooseJson[], threadId: number | null): PanicStackshotThread {
  const frames = Array.isArray(value.kernelFrames) ? value.kernelFrames.slice(0, MAX_FRAMES) : []
  const id = numberOr(value.id, 0)
  return {
    id,
    name: typeof value.name === 'string' ? value.name : null,
    state: strings(value.state),
    isPanicked: id === threadId,
    kernelFrames: frames.map((frame) => addressOf(frame, images)).filter((address) => address !== null),
  }
}

function readProcess(value: LooseObject, threads: LooseObject[], panicked: PanickedIds): PanicProcess {
  const has = (state: string): number =>
    threads.filter((thread) => strings(thread.state).includes(state)).length
  const resident = value.residentMemoryBytes
  const pid = numberOr(value.pid, -1)
  return {
    pid,
    name: typeof value.procname === 'string' ? value.procname : '',
    threads: threads.length,
    runningThreads: has('TH_RUN'),
    uninterruptibleThreads: has('TH_UNINT'),
    residentBytes: typeof resident === 'number' || typeof resident === 'bigint' ? String(resident) : null,
    isPanicked: pid === panicked.pid,
  }
}

/** The stackshot of a JSON report, in short; null when there is none. */
export function readStackshot(body: LooseObject | null, panicked: PanickedIds): PanicStackshot | null {
  const nested = body?.stackshot
  const holder = isLooseObject(nested) && isLooseObject(nested.processByPid) ? nested : body
  const byPid = holder?.processByPid
  if (!isLooseObject(byPid)) return null
  const images = Array.isArray(holder?.binaryImages) ? holder.binaryImages : []
  const processes: PanicProcess[] = []
  const panickedThreads: PanicStackshotThread[] = []
  for (const value of Object.values(byPid).slice(0, MAX_PROCESSES)) {
    if (!isLooseObject(value)) continue
    const threads = isLooseObject(value.threadById)
      ? Object.values(value.threadById).filter(isLooseObject)
      : []
    const process = readProcess(value, threads, panicked)
    processes.push(process)
    if (!process.isPanicked) continue
    const its = threads.slice(0, MAX_THREADS).map((thread) => readThread(thread, images, panicked.threadId))
    panickedThreads.push(...its)
  }
  return { processes: processes.toSorted((a, b) => a.pid - b.pid), panickedThreads, images: images.length }
}
