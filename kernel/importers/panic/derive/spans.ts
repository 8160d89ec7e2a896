import { compare64, type Address64 } from './Address64.ts'

/** From the first to the last address of a kext. */
export interface Span {
  readonly id: string
  readonly start: Address64
  readonly end: Address64
}

/** So few spans are looked at one after the other. */
const FEW = 16

const holds = ({ start, end }: Span, address: Address64): boolean =>
  compare64(start, address) <= 0 && compare64(address, end) <= 0

/** For each address the first listed of the spans that hold it. */
export function firstSpans(
  spans: readonly Span[],
  addresses: readonly Address64[],
): readonly (Span | undefined)[] {
  if (spans.length > FEW) return firstOfMany(spans, addresses)
  return addresses.map((address) => spans.find((span) => holds(span, address)))
}

/**
 * Each span in turn takes those of the sorted addresses in it that no span before it has taken; taken ones are leapt
 * over. So hostile lists cost what as many honest lines cost, and no square of it.
 */
function firstOfMany(spans: readonly Span[], addresses: readonly Address64[]): (Span | undefined)[] {
  const order = [...addresses.keys()].toSorted((a, b) => compare64(addresses[a]!, addresses[b]!))
  const found = new Array<Span | undefined>(addresses.length).fill(undefined)
  const next = Array.from({ length: order.length + 1 }, (_, place) => place)
  const free = (from: number): number => {
    let place = from
    while (next[place] !== place) {
      next[place] = next[next[place]!]!
      place = next[place]!
    }
    return place
  }
  for (const span of spans) {
    let place = free(firstFrom(span.start, order, addresses))
    while (place < order.length && compare64(addresses[order[place]!]!, span.end) <= 0) {
      found[order[place]!] = span
      next[place] = place + 1
      place = free(place + 1)
    }
  }
  return found
}

/** Place of the first of the sorted addresses that is not below `start`. */
function firstFrom(start: Address64, order: readonly number[], addresses: readonly Address64[]): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare64(addresses[order[middle]!]!, start) < 0) low = middle + 1
    else high = middle
  }
  return low
}
