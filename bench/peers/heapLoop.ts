/** The floor under every event core: a bare binary heap over typed arrays. Nothing is checked or counted. */
export class HeapLoop {
  nowNs = 0
  private readonly times: Float64Array
  private readonly owners: Int32Array
  private count = 0

  constructor(capacity: number) {
    this.times = new Float64Array(capacity)
    this.owners = new Int32Array(capacity)
  }

  push(timeNs: number, owner: number): void {
    const { times, owners } = this
    let at = this.count++
    while (at > 0) {
      const up = (at - 1) >> 1
      if (times[up]! <= timeNs) break
      times[at] = times[up]!
      owners[at] = owners[up]!
      at = up
    }
    times[at] = timeNs
    owners[at] = owner
  }

  /** Takes the earliest owner out and moves the clock to its time. */
  pop(): number {
    const { times, owners } = this
    const owner = owners[0]!
    this.nowNs = times[0]!
    const count = --this.count
    const timeNs = times[count]!
    const last = owners[count]!
    let at = 0
    for (;;) {
      let down = at * 2 + 1
      if (down >= count) break
      if (down + 1 < count && times[down + 1]! < times[down]!) down++
      if (times[down]! >= timeNs) break
      times[at] = times[down]!
      owners[at] = owners[down]!
      at = down
    }
    times[at] = timeNs
    owners[at] = last
    return owner
  }
}
