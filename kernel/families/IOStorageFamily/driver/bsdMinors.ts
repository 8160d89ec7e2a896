import { kernelState } from '../../../sim/index.ts'
import type { IOService } from '../../../iokit/index.ts'
import type { IOMedia } from './IOMedia.ts'

/** Major number of disks. */
export const DISK_MAJOR = 1

/** One device node pair, `/dev/disk0s1` and `/dev/rdisk0s1`. */
export interface BSDMinor {
  readonly minor: number
  readonly unit: number
  readonly name: string
  readonly media: IOMedia
}

/** Numbers in use: `anchors` are the drives by unit, `minors` the nodes. The first free number is taken. */
class BSDNodes {
  readonly anchors: (IOService | undefined)[] = []
  readonly minors: (BSDMinor | undefined)[] = []
}

const nodes = kernelState(() => new BSDNodes())

/**
 * Gives a medium its node numbers. The anchor is what the whole medium hangs on: it keeps its unit number
 * while
 * any of its media has a node.
 */
export function insertMinor(media: IOMedia, anchor: IOService, slices: string): BSDMinor {
  const { anchors, minors } = nodes()
  let unit = anchors.indexOf(anchor)
  if (unit < 0) {
    unit = firstFree(anchors)
    anchors[unit] = anchor
  }
  const minor = firstFree(minors)
  const entry = { minor, unit, name: `disk${unit}${slices}`, media }
  minors[minor] = entry
  return entry
}

/** Takes the node of a medium away. */
export function removeMinor(media: IOMedia): void {
  const { anchors, minors } = nodes()
  const index = minors.findIndex((entry) => entry?.media === media)
  const entry = minors[index]
  if (entry === undefined) return
  minors[index] = undefined
  if (!minors.some((other) => other?.unit === entry.unit)) anchors[entry.unit] = undefined
}

/** The node of that name (`disk0s1`), or null. */
export function findMinor(name: string): BSDMinor | null {
  return nodes().minors.find((entry) => entry?.name === name) ?? null
}

/** All nodes by minor number: what `/dev` lists. */
export function listMinors(): BSDMinor[] {
  return nodes().minors.filter((entry) => entry !== undefined)
}

function firstFree(list: readonly unknown[]): number {
  const hole = list.findIndex((entry) => entry === undefined)
  return hole < 0 ? list.length : hole
}
