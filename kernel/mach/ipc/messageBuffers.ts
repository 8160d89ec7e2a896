import { kernelState } from '../../sim/index.ts'

/** Larger buffers are not kept. */
const MAX_KEPT_BYTES = 4096
const MAX_KEPT = 32

const kept = kernelState((): Uint8Array[] => [])

/**
 * A buffer for memory on its way between tasks; its content is undefined. Host memory of its own costs more than the
 * copy, so buffers are used again.
 */
export function takeBuffer(sizeBytes: number): Uint8Array {
  const buffers = kept()
  for (let i = buffers.length - 1; i >= 0; i--) {
    const buffer = buffers[i]!
    if (buffer.length !== sizeBytes) continue
    buffers[i] = buffers.at(-1)!
    buffers.pop()
    return buffer
  }
  return new Uint8Array(sizeBytes)
}

/** Gives a buffer back; nobody may look at it any more. */
export function giveBuffer(buffer: Uint8Array): void {
  const buffers = kept()
  if (buffer.length <= MAX_KEPT_BYTES && buffers.length < MAX_KEPT) buffers.push(buffer)
}
