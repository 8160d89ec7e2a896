import { expect, it } from 'vitest'
import { providerAt, startMapper } from '../../../../test/support/mapperWorld.ts'
import { panicOf, showFrames } from '../../../../test/support/memoryWorld.ts'
import { Fabric, InterruptLine, resetDevices, type AddressSpace } from '../../../hardware/index.ts'
import { IODMACommand, IOMemoryDescriptor, OutputHost64, segmentOptions } from '../../../iokit/index.ts'
import { OSData, registerClasses } from '../../../libkern/index.ts'
import { installPhysicalMemory, task_create, type Task } from '../../../mach/index.ts'
import { present, scheduler, Simulation, wait, type KernelThread } from '../../../sim/index.ts'
import { Dart } from '../model/Dart.ts'
import { DART_BYTES } from '../registers.ts'
import { AppleT8020DART } from './AppleT8020DART.ts'
import { IODARTMapperNub } from './IODART.ts'
import { IODARTMapper } from './IODARTMapper.ts'

const RAM = 0x8_0000_0000
const REGISTERS = 0x3_82f0_0000
const MIB = 1024 * 1024
const PAGE = 16384
const STREAM = 3

interface DartWorld {
  readonly model: Dart
  readonly driver: AppleT8020DART
  readonly mapper: IODARTMapper
  readonly bus: AddressSpace
  readonly task: Task
}

/** A DART with its driver, and the mapper of its stream 3. */
function inDartWorld(story: (world: DartWorld) => void): void {
  new Simulation(1).enter(() => {
    const fabric = new Fabric([])
    fabric.memory.addRam(RAM, 256 * MIB)
    const free = [{ address: RAM + 64 * MIB, sizeBytes: 64 * MIB }]
    installPhysicalMemory({ bus: fabric.memory, free, endOfRam: RAM + 256 * MIB, pageSizeBytes: PAGE })
    const model = new Dart('dart-usb0', fabric, { bypassSupport: true, line: new InterruptLine() })
    fabric.memory.map(REGISTERS, DART_BYTES, model.registers)
    resetDevices(model, 'power-on')
    const provider = providerAt(REGISTERS, DART_BYTES)
    provider.setName('dart-usb0')
    registerClasses('test.dart', [AppleT8020DART.metaClass, IODARTMapperNub.metaClass])
    const driver = new AppleT8020DART()
    driver.init()
    driver.attach(provider)
    scheduler().spawn('start', (function* (): KernelThread { yield* wait(driver.start(provider)) })())
    scheduler().run(1e9, 1_000_000)
    const nub = new IODARTMapperNub()
    nub.init()
    nub.setProperty('AAPL,phandle', OSData.withBytes(Uint8Array.of(0x3d, 0, 0, 0)))
    nub.setProperty('reg', OSData.withBytes(Uint8Array.of(STREAM, 0, 0, 0)))
    nub.attach(driver)
    const mapper = new IODARTMapper()
    expect(startMapper(mapper, nub)).toBe(true)
    story({ model, driver, mapper, bus: fabric.memory, task: task_create({ pid: 3, name: 'story' }) })
  })
}

/** Goal: until its mapper is used a stream passes unchanged; then it reaches what is mapped, and nothing else. */
it('a stream is translated once memory is mapped through its mapper', () => {
  inDartWorld(({ model, mapper, task }) => {
    expect(model.translate(STREAM, 0x8_0123_4567)).toBe(0x8_0123_4567)
    const frames = [RAM / PAGE + 7, RAM / PAGE + 3]
    const address = showFrames(task, PAGE, frames) + 0x1200
    const memory = present(IOMemoryDescriptor.withAddressRange(address, 0x4000, 3, task), 'memory')
    memory.prepare()
    const made = IODMACommand.withSpecification(OutputHost64, segmentOptions(32), 0, mapper)
    const dma = present(made, 'a command')
    expect(dma.setMemoryDescriptor(memory)).toBe(0)
    const segment = { fIOVMAddr: 0, fLength: 0 }
    expect(dma.genIOVMSegments({ offset: 0, count: 1 }, [segment])).toBe(0)
    expect([segment.fIOVMAddr % PAGE, segment.fLength]).toEqual([0x1200, 0x4000])
    const seen = [0, 0x2dff, 0x2e00].map((skip) => model.translate(STREAM, segment.fIOVMAddr + skip))
    expect(seen).toEqual([RAM + 7 * PAGE + 0x1200, RAM + 7 * PAGE + 0x3fff, RAM + 3 * PAGE])
    expect(model.translate(STREAM + 1, 0x4000)).toBe(0x4000)
    expect(mapper.mapToPhysicalAddress(segment.fIOVMAddr + 0x2e00)).toBe(RAM + 3 * PAGE)
    dma.clearMemoryDescriptor()
    expect(model.translate(STREAM, segment.fIOVMAddr)).toBeNull()
  })
})

it('a bad device address stops the machine with the text of real reports', () => {
  inDartWorld(({ model, driver, mapper, task }) => {
    const address = showFrames(task, PAGE, [RAM / PAGE + 7])
    const memory = present(IOMemoryDescriptor.withAddressRange(address, PAGE, 3, task), 'memory')
    memory.prepare()
    const dma = IODMACommand.withSpecification(OutputHost64, segmentOptions(32), 0, mapper)
    dma?.setMemoryDescriptor(memory)
    expect(model.translate(STREAM, 0xad8000, true)).toBeNull()
    const text = panicOf(() => driver.handleFault()) ?? ''
    expect(text.replace(/0xffff[0-9a-f]+/u, 'REGISTERS').replace(/TIME 0x[0-9a-f]+/u, 'TIME T')).toBe(
      '"dart-usb0 (REGISTERS): DART(DART) error: SID 3 PTE invalid exception on write with DVA 0xad8000 '
      + '(TTBR 0 SEG 0 PTE 0x2b6) ERROR_STATUS 0x83000404 TIME T TTE 0 AXI_ID 0)"',
    )
  })
})
