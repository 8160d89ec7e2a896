/** Messages of the RTKit protocol between the application processor and a coprocessor. */

/** Endpoints below this number belong to the operating system of the coprocessor. */
export const FIRST_APPLICATION_ENDPOINT = 0x20
export const SystemEndpoint = { management: 0, crashLog: 1, systemLog: 2, debug: 3, ioReporting: 4 } as const

/** Protocol versions that either side may offer. */
export const RTKIT_VERSION_MIN = 11
export const RTKIT_VERSION_MAX = 12

/** Types of management messages, bits 59..52. */
export const Management = {
  hello: 1, helloReply: 2, startEndpoint: 5, setIopPower: 6, iopPowerAck: 7, endpointMap: 8, setApPower: 0xb,
} as const

/** Types of messages on the reporting endpoint, bits 59..52. */
export const Reporting = { bufferRequest: 1 } as const

export const PowerState = { off: 0x00, sleep: 0x01, on: 0x20 } as const

const TYPE_SHIFT = 52n

/** Type of a message of any system endpoint. */
export function messageType(message: bigint): number {
  return Number((message >> TYPE_SHIFT) & 0xffn)
}

/** A message of this type with `payload` in the bits below. */
export function typedMessage(type: number, payload: bigint): bigint {
  return (BigInt(type) << TYPE_SHIFT) | payload
}

/** HELLO and its reply: lowest version in bits 15..0, highest in 31..16. */
export function versionRange(min: number, max: number): bigint {
  return BigInt(min) | (BigInt(max) << 16n)
}

export function versionMin(message: bigint): number {
  return Number(message & 0xffffn)
}

export function versionMax(message: bigint): number {
  return Number((message >> 16n) & 0xffffn)
}

/** One block of 32 endpoints: bitmap in 31..0, block number in 34..32, bit 51 marks the last block. */
export function endpointBlock(block: number, bitmap: number, last: boolean): bigint {
  return typedMessage(Management.endpointMap,
    BigInt(bitmap >>> 0) | (BigInt(block) << 32n) | (last ? 1n << 51n : 0n))
}

export function readEndpointBlock(message: bigint): { block: number; bitmap: number; last: boolean } {
  return {
    block: Number((message >> 32n) & 7n),
    bitmap: Number(message & 0xffffffffn),
    last: ((message >> 51n) & 1n) === 1n,
  }
}

/** The answer to one block; bit 0 asks for more. */
export function endpointBlockReply(block: number, last: boolean): bigint {
  return typedMessage(Management.endpointMap, (BigInt(block) << 32n) | (last ? 1n << 51n : 1n))
}

/** Starts one endpoint: its number in 39..32, bit 1 is the start flag. */
export function startEndpoint(endpoint: number): bigint {
  return typedMessage(Management.startEndpoint, (BigInt(endpoint) << 32n) | 2n)
}

export function startedEndpoint(message: bigint): number {
  return Number((message >> 32n) & 0xffn)
}

/** Asks for (or answers with) a buffer: 4 KiB pages in 51..44, address in 41..0. */
export function bufferMessage(pages: number, address: number): bigint {
  return typedMessage(Reporting.bufferRequest, (BigInt(pages) << 44n) | BigInt(address))
}

export function bufferPages(message: bigint): number {
  return Number((message >> 44n) & 0xffn)
}

export function bufferAddress(message: bigint): number {
  return Number(message & 0x3ffffffffffn)
}
