import { describe, expect, it } from 'vitest'
import { scheduler, Simulation } from '../../../sim/index.ts'
import {
  Command, Config, DiskImage, Fabric, hardwareRecords, InterruptLine, PciRootComplex, resetDevices,
} from '../../../hardware/index.ts'
import { AdminOpcode, Feature, IdentifyController, NvmOpcode, Status } from '../bits.ts'
import { Reg } from '../registers.ts'
import { NvmeNamespace } from './NvmeNamespace.ts'
import { NvmePci } from './NvmePci.ts'
import { DEFAULT_TIMING, type NvmeSettings } from './settings.ts'

const ECAM = 0xe0000000
const BAR = 0x90000000
const [ASQ, ACQ, SQ1, CQ1, LIST, DATA] = [0x10000, 0x11000, 0x20000, 0x24000, 0x30000, 0x100000]
const SETTINGS: NvmeSettings = {
  vendorId: 0x106b, subsystemVendorId: 0x106b, serialNumber: 'WB0001',
  modelNumber: 'WORKBENCH SSD 8', firmwareRevision: '1.0',
  version: 0x00010400, ioQueues: 2, queueEntries: 64, mdts: 5, timing: DEFAULT_TIMING, ansBootStatus: false,
}

interface Completion {
  sqHead: number; sqId: number; cid: number; phase: number; status: number; result: number
}

/** A controller on the root bus, driven by hand as a driver would: registers, rings, doorbells. */
class Bench {
  readonly fabric = new Fabric(Array.from({ length: 24 }, () => new InterruptLine()))
  readonly messages: number[] = []
  readonly image = new DiskImage({ sizeBytes: 8 * 2 ** 20, blockBytes: 512 })
  readonly device: NvmePci
  private readonly tails = [0, 0, 0]
  private readonly heads = [0, 0, 0]
  private cid = 0

  constructor() {
    this.fabric.memory.addRam(0, 16 * 2 ** 20)
    this.fabric.addMessageWindow(0xfee00000, 0x100000, (_address, data) => void this.messages.push(data))
    const root = new PciRootComplex('PCI0', this.fabric, {
      ecamBase: ECAM, routeInterrupt: () => 16, windows: [
        { space: 'memory', cpuBase: BAR, sizeBytes: 0x10000000 },
      ],
    })
    this.device = new NvmePci('SSD0', { vendorId: 0x106b, deviceId: 0x2001 }, SETTINGS, 4)
    this.device.addNamespace(new NvmeNamespace('ns1', 1, this.image, 0x00_25_38_00_00_00_00_01n))
    root.rootBus.attach(this.device, 0, 0)
    resetDevices(root, 'power-on')
    this.ram.write32(ECAM + Config.bar0, BAR)
    this.ram.write16(ECAM + Config.command, Command.memory | Command.busMaster)
  }

  get ram(): Fabric['memory'] {
    return this.fabric.memory
  }

  run(ns = 30_000_000): void {
    scheduler().run(scheduler().nowNs + ns, 100_000)
  }

  enable(): void {
    this.ram.write32(BAR + Reg.AQA, 0x000f_000f)
    this.ram.write64(BAR + Reg.ASQ, BigInt(ASQ))
    this.ram.write64(BAR + Reg.ACQ, BigInt(ACQ))
    this.ram.write32(BAR + Reg.CC, 0x00460001)
    this.run()
  }

  enableMsix(): void {
    let at = this.ram.read8(ECAM + 0x34)
    while (this.ram.read8(ECAM + at) !== 0x11) at = this.ram.read8(ECAM + at + 1)
    for (let vector = 0; vector < 3; vector++) {
      this.ram.write32(BAR + 0x2000 + 16 * vector, 0xfee00000)
      this.ram.write32(BAR + 0x2008 + 16 * vector, 0x60 + vector)
      this.ram.write32(BAR + 0x200c + 16 * vector, 0)
    }
    this.ram.write16(ECAM + at + 2, 0x8000)
  }

  /** Puts an entry on a ring and rings the doorbell. */
  submit(
    queue: number, fields: { opcode: number; nsid?: number; prp1?: number; prp2?: number; d?: number[] },
  ): number {
    const base = (queue === 0 ? ASQ : SQ1) + 64 * this.tails[queue]!
    for (let i = 0; i < 16; i++) this.ram.write32(base + 4 * i, 0)
    const cid = this.cid++
    this.ram.write32(base, fields.opcode | (cid << 16))
    this.ram.write32(base + 4, fields.nsid ?? 0)
    this.ram.write64(base + 24, BigInt(fields.prp1 ?? 0))
    this.ram.write64(base + 32, BigInt(fields.prp2 ?? 0))
    for (const [i, value] of (fields.d ?? []).entries()) this.ram.write32(base + 40 + 4 * i, value)
    this.tails[queue] = (this.tails[queue]! + 1) % 16
    this.ram.write32(BAR + 0x1000 + 8 * queue, this.tails[queue])
    return cid
  }

  completionAt(queue: number, index: number): Completion {
    const at = (queue === 0 ? ACQ : CQ1) + 16 * index
    const [two, three] = [this.ram.read32(at + 8), this.ram.read32(at + 12)]
    return {
      result: this.ram.read32(at), sqHead: two & 0xffff, sqId: two >>> 16,
      cid: three & 0xffff, phase: (three >>> 16) & 1, status: three >>> 17,
    }
  }

  /** Runs one command to its end and consumes its completion. */
  command(queue: number, fields: Parameters<Bench['submit']>[1]): Completion {
    this.submit(queue, fields)
    this.run()
    const entry = this.completionAt(queue, this.heads[queue]!)
    this.heads[queue] = (this.heads[queue]! + 1) % 16
    this.ram.write32(BAR + 0x1004 + 8 * queue, this.heads[queue])
    return entry
  }

  createQueues(vector = 1): void {
    const cq = this.command(
      0, { opcode: AdminOpcode.createCq, prp1: CQ1, d: [1 | (15 << 16), 3 | (vector << 16)] },
    )
    const sq = this.command(
      0, { opcode: AdminOpcode.createSq, prp1: SQ1, d: [1 | (15 << 16), 1 | (1 << 16)] },
    )
    expect([cq.status, sq.status]).toEqual([0, 0])
  }
}

function onBench(body: (bench: Bench) => void): void {
  new Simulation(1).enter(() => body(new Bench()))
}

describe('NVMe registers', () => {
  it('tells its abilities, becomes ready after its start time, and forgets queues when disabled', () => {
    onBench((bench) => {
      const { ram } = bench
      expect(ram.read64(BAR + Reg.CAP)).toBe(0x0040_0020_1401_003fn)
      expect(ram.read32(BAR + Reg.VS)).toBe(0x00010400)
      bench.enable()
      expect(ram.read32(BAR + Reg.CSTS)).toBe(1)
      ram.write32(BAR + Reg.CC, 0x00464001)
      expect(ram.read32(BAR + Reg.CSTS) >>> 2).toBe(1)
      bench.run()
      expect(ram.read32(BAR + Reg.CSTS) >>> 2).toBe(2)
      ram.write32(BAR + Reg.CC, 0x00460000)
      expect([ram.read32(BAR + Reg.CSTS), bench.device.controller.submissions.size]).toEqual([0, 0])
    })
  })

  it('turns fatal instead of ready when the admin queues are nonsense', () => {
    onBench((bench) => {
      bench.ram.write64(BAR + Reg.ASQ, 0x123n)
      bench.ram.write32(BAR + Reg.CC, 0x00460001)
      bench.run()
      expect(bench.ram.read32(BAR + Reg.CSTS)).toBe(2)
    })
  })
})

describe('NVMe admin commands', () => {
  it('identifies controller and namespace', () => {
    onBench((bench) => {
      bench.enable()
      expect(bench.command(0, { opcode: AdminOpcode.identify, prp1: DATA, d: [1] })).toEqual(
        { sqHead: 1, sqId: 0, cid: 0, phase: 1, status: 0, result: 0 },
      )
      const text = (at: number, size: number): string =>
        String.fromCharCode(
          ...Array.from({ length: size }, (_, i) => bench.ram.read8(DATA + at + i)),
        ).trimEnd()
      expect(
        [text(IdentifyController.model, 40), text(IdentifyController.serial, 20)],
      ).toEqual(['WORKBENCH SSD 8', 'WB0001'])
      expect(bench.command(0, { opcode: AdminOpcode.identify, nsid: 1, prp1: DATA, d: [0] }).status).toBe(0)
      expect([bench.ram.read64(DATA), bench.ram.read8(DATA + 130)]).toEqual([16384n, 9])
      expect(bench.command(0, { opcode: AdminOpcode.identify, prp1: DATA, d: [2] }).status).toBe(0)
      expect([bench.ram.read32(DATA), bench.ram.read32(DATA + 4)]).toEqual([1, 0])
    })
  })

  it('refuses what the specification refuses, with its codes', () => {
    onBench((bench) => {
      bench.enable()
      const status = (
        fields: Parameters<Bench['submit']>[1]
      ): number => bench.command(0, fields).status & ~Status.doNotRetry
      expect(status({ opcode: 0x55 })).toBe(Status.invalidOpcode)
      expect(status({ opcode: AdminOpcode.identify, nsid: 9, prp1: DATA })).toBe(Status.invalidNamespace)
      expect(
        status({ opcode: AdminOpcode.createSq, prp1: SQ1, d: [1 | (15 << 16), 1 | (1 << 16)] }),
      ).toBe(Status.completionQueueInvalid)
      expect(
        status({ opcode: AdminOpcode.createCq, prp1: CQ1, d: [7 | (15 << 16), 3] }),
      ).toBe(Status.invalidQueueId)
      expect(
        status({ opcode: AdminOpcode.createCq, prp1: CQ1, d: [1 | (999 << 16), 3] }),
      ).toBe(Status.invalidQueueSize)
      expect(
        status({ opcode: AdminOpcode.createCq, prp1: CQ1, d: [1 | (15 << 16), 3 | (9 << 16)] }),
      ).toBe(Status.invalidVector)
      expect(status({ opcode: AdminOpcode.getLogPage, prp1: DATA, d: [0x77] })).toBe(Status.invalidLogPage)
      bench.createQueues()
      expect(status({ opcode: AdminOpcode.deleteCq, d: [1] })).toBe(Status.invalidQueueDeletion)
      expect(
        status({ opcode: AdminOpcode.setFeatures, d: [Feature.queueCount, 0x00010001] }),
      ).toBe(Status.sequenceError)
    })
  })

  it('grants at most its queues, and reports a bad doorbell to a waiting event request', () => {
    onBench((bench) => {
      bench.enable()
      expect(
        bench.command(0, { opcode: AdminOpcode.setFeatures, d: [Feature.queueCount, 0x000f000f] }).result,
      ).toBe(0x00010001)
      bench.submit(0, { opcode: AdminOpcode.asyncEvent })
      bench.run()
      bench.ram.write32(BAR + 0x1008, 3)
      bench.run()
      expect(bench.completionAt(0, 1)).toMatchObject({ cid: 1, status: 0, result: 0x00010000 })
      expect(hardwareRecords().at(-1)?.message).toBe('doorbell of queue 1, which does not exist')
    })
  })
})

describe('NVMe I/O', () => {
  it('moves data through PRP pairs and lists, page by page', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      const size = 5 * 4096
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7) % 253)
      const pages = [DATA + 0x200, DATA + 0x5000, DATA + 0x9000, DATA + 0x7000, DATA + 0x3000, DATA + 0x1000]
      let done = 0
      for (const page of pages) {
        const part = bytes.subarray(done, done + 4096 - (page % 4096))
        bench.ram.copyIn(page, part)
        done += part.length
      }
      pages.slice(1).forEach((page, i) => bench.ram.write64(LIST + 8 * i, BigInt(page)))
      const write = {
        opcode: NvmOpcode.write, nsid: 1, prp1: pages[0]!, prp2: LIST, d: [100, 0, size / 512 - 1],
      }
      expect(bench.command(1, write)).toMatchObject({ status: 0, sqId: 1, sqHead: 1 })
      const onDisk = new Uint8Array(size)
      bench.image.read(100 * 512, onDisk)
      expect(onDisk).toEqual(bytes)
      expect(bench.command(
        1, { opcode: NvmOpcode.read, nsid: 1, prp1: 0x200000, prp2: 0x201000, d: [100, 0, 15] },
      ).status).toBe(0)
      const back = new Uint8Array(8192)
      bench.ram.copyOut(0x200000, back)
      expect(back).toEqual(bytes.subarray(0, 8192))
      expect(
        [bench.device.controller.smart.reads, bench.device.controller.smart.bytesWritten],
      ).toEqual([1, size])
    })
  })

  it('flips the phase when a ring wraps, and takes virtual time that depends on the command', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      const phases: number[] = []
      for (let i = 0; i < 18; i++) {
        phases.push(bench.command(1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [i, 0, 7] }).phase)
      }
      expect(phases).toEqual([...Array<number>(16).fill(1), 0, 0])
      const start = scheduler().nowNs
      bench.submit(1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [0, 0, 7] })
      while (bench.completionAt(1, 2).phase === 1) scheduler().step(Infinity)
      const took = scheduler().nowNs - start
      expect(took).toBeGreaterThan(DEFAULT_TIMING.readNs)
      expect(took).toBeLessThan(DEFAULT_TIMING.readNs + 5_000)
    })
  })

  it('answers bad requests with status codes and touches nothing', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      const status = (
        fields: Parameters<Bench['submit']>[1]
      ): number => bench.command(1, fields).status & ~Status.doNotRetry
      expect(
        status({ opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [16383, 0, 1] }),
      ).toBe(Status.lbaOutOfRange)
      expect(
        status({ opcode: NvmOpcode.read, nsid: 2, prp1: DATA, d: [0, 0, 0] }),
      ).toBe(Status.invalidNamespace)
      expect(status({ opcode: 0x7f, nsid: 1 })).toBe(Status.invalidOpcode)
      expect(
        status({ opcode: NvmOpcode.read, nsid: 1, prp1: DATA, prp2: 0x201004, d: [0, 0, 15] }),
      ).toBe(Status.invalidPrpOffset)
      expect(
        status({ opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [0, 0, 0xffff] }),
      ).toBe(Status.lbaOutOfRange)
      expect(
        status({ opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [0, 0, 511] }),
      ).toBe(Status.invalidField)
      expect(bench.ram.read32(DATA)).toBe(0)
    })
  })

  it('deallocates ranges and writes zeroes', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      bench.image.write(0, new Uint8Array(4096).fill(0xee))
      bench.ram.write32(DATA + 4, 2)
      bench.ram.write64(DATA + 8, 1n)
      expect(
        bench.command(1, { opcode: NvmOpcode.datasetManagement, nsid: 1, prp1: DATA, d: [0, 4] }).status,
      ).toBe(0)
      expect(bench.command(1, { opcode: NvmOpcode.writeZeroes, nsid: 1, d: [5, 0, 0] }).status).toBe(0)
      const back = new Uint8Array(4096)
      bench.image.read(0, back)
      expect(
        [0, 1, 2, 3, 4, 5, 6].map((block) => back[block * 512]),
      ).toEqual([0xee, 0, 0, 0xee, 0xee, 0, 0xee])
    })
  })

  it('aborts a command in service, and everything on a deleted queue', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      const flushes = [0, 1].map(() => bench.submit(1, { opcode: NvmOpcode.flush, nsid: 1 }))
      bench.run(20_000)
      bench.submit(0, { opcode: AdminOpcode.abort, d: [1 | (flushes[0]! << 16)] })
      bench.submit(0, { opcode: AdminOpcode.deleteSq, d: [1] })
      bench.run()
      const entries = [bench.completionAt(1, 0), bench.completionAt(1, 1)]
      expect(entries.map(({ cid, status }) => [cid, status])).toEqual([
        [flushes[0], Status.abortRequested], [flushes[1], Status.abortedBySqDeletion],
      ])
    })
  })

  it('holds completions back while the ring is full and goes on when the head moves', () => {
    onBench((bench) => {
      bench.enable()
      bench.createQueues()
      for (let i = 0; i < 15; i++) bench.submit(
        1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [i, 0, 0] },
      )
      bench.run()
      bench.submit(1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [0, 0, 0] })
      bench.run()
      expect(
        [bench.device.controller.completions.get(1)!.held.length, bench.completionAt(1, 15).phase],
      ).toEqual([1, 0])
      bench.ram.write32(BAR + 0x100c, 15)
      expect(
        [bench.device.controller.completions.get(1)!.held.length, bench.completionAt(1, 15).phase],
      ).toEqual([0, 1])
    })
  })
})

describe('NVMe interrupts', () => {
  it('holds the wire while a completion waits, unless the mask says no', () => {
    onBench((bench) => {
      bench.enable()
      const wire = bench.fabric.input(16)
      bench.submit(0, { opcode: AdminOpcode.identify, prp1: DATA, d: [1] })
      bench.run()
      expect(wire.asserted).toBe(true)
      bench.ram.write32(BAR + Reg.INTMS, 1)
      expect([wire.asserted, bench.ram.read32(BAR + Reg.INTMC)]).toEqual([false, 1])
      bench.ram.write32(BAR + Reg.INTMC, 1)
      expect(wire.asserted).toBe(true)
      bench.ram.write32(BAR + 0x1004, 1)
      expect(wire.asserted).toBe(false)
    })
  })

  it('sends one message per completion by the queue vector, and fewer when coalescing', () => {
    onBench((bench) => {
      bench.enableMsix()
      bench.enable()
      bench.createQueues(2)
      bench.messages.length = 0
      for (let i = 0; i < 4; i++) bench.submit(
        1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [i, 0, 0] },
      )
      bench.run()
      expect(bench.messages).toEqual([0x62, 0x62, 0x62, 0x62])
      bench.command(0, { opcode: AdminOpcode.setFeatures, d: [Feature.coalescing, 0x0a02] })
      bench.messages.length = 0
      for (let i = 0; i < 5; i++) bench.submit(
        1, { opcode: NvmOpcode.read, nsid: 1, prp1: DATA, d: [i, 0, 0] },
      )
      bench.run(500_000)
      expect(bench.messages).toEqual([0x62])
      bench.run()
      expect(bench.messages).toEqual([0x62, 0x62])
    })
  })

  it('goes fatal when bus mastering is off while it should fetch', () => {
    onBench((bench) => {
      bench.enable()
      bench.ram.write16(ECAM + Config.command, Command.memory)
      bench.submit(0, { opcode: AdminOpcode.identify, prp1: DATA, d: [1] })
      bench.run()
      expect(bench.ram.read32(BAR + Reg.CSTS) & 2).toBe(2)
    })
  })
})
