import { errnoFromReturn, kIODeviceMemoryKey, stringFromReturn, type IOReturn } from '../../abi/index.ts'
import { OSArray, type OSObject } from '../../libkern/index.ts'
import { IOMemoryDescriptor, type IOMemoryMap } from '../memory/index.ts'
import type {
  IOInterruptAccountingData, IOReportChannelList, ReportResult,
} from '../reporting/index.ts'
import type { IOInterruptHandler } from '../workloop/IOInterruptEventSource.ts'
import * as interrupts from './interrupts.ts'
import {
  addInterruptStatistics, configureReport, removeInterruptStatistics, updateReport,
} from './interruptStatistics.ts'
import { ServiceTree } from './ServiceTree.ts'

/**
 * The part of IOService that is about the memory and the interrupts of a nub, and the names of codes. It has
 * no metaclass of its own.
 * @xnu iokit/Kernel/IOService.cpp IOService — faithful
 */
export class ServiceResources extends ServiceTree {
  /**
   * The ranges of a nub, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemory — faithful
   */
  getDeviceMemory(): OSArray | null {
    const memory = this.getProperty(kIODeviceMemoryKey)
    return memory instanceof OSArray ? memory : null
  }

  /**
   * Sets the ranges; the property retains them. Any context.
   * @xnu iokit/Kernel/IOService.cpp setDeviceMemory — faithful
   */
  setDeviceMemory(memory: OSArray): void {
    this.setProperty(kIODeviceMemoryKey, memory)
  }

  /**
   * How many ranges there are. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemoryCount — faithful
   */
  getDeviceMemoryCount(): number {
    return this.getDeviceMemory()?.getCount() ?? 0
  }

  /**
   * One range, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemoryWithIndex — faithful
   */
  getDeviceMemoryWithIndex(index: number): IOMemoryDescriptor | null {
    const memory = this.getDeviceMemory()?.getObject(index) ?? null
    return memory instanceof IOMemoryDescriptor ? memory : null
  }

  /**
   * A mapping of one range with one reference, or null. Any context.
   * @xnu iokit/Kernel/IOService.cpp mapDeviceMemoryWithIndex — faithful
   */
  mapDeviceMemoryWithIndex(index: number, options = 0): IOMemoryMap | null {
    return this.getDeviceMemoryWithIndex(index)?.map(options) ?? null
  }

  /** Sets the handler of an interrupt, which runs at interrupt level; it starts disabled. */
  registerInterrupt(source: number, target: OSObject, handler: IOInterruptHandler): IOReturn {
    return interrupts.registerInterrupt(this.asService()!, source, target, handler)
  }

  /** Takes the handler away; the interrupt is disabled. Any context. */
  unregisterInterrupt(source: number): IOReturn {
    return interrupts.unregisterInterrupt(this.asService()!, source)
  }

  /** Lets the interrupt come. Any context. */
  enableInterrupt(source: number): IOReturn {
    return interrupts.enableInterrupt(this.asService()!, source)
  }

  /** Keeps the interrupt back; a handler that runs has ended. Any context. */
  disableInterrupt(source: number): IOReturn {
    return interrupts.disableInterrupt(this.asService()!, source)
  }

  /** How the interrupt is triggered. Any context. */
  getInterruptType(source: number): interrupts.InterruptTypeResult {
    return interrupts.getInterruptType(this.asService()!, source)
  }

  /** Raises an interrupt by software, where its controller can. Any context. */
  causeInterrupt(source: number): IOReturn {
    return interrupts.causeInterrupt(this.asService()!, source)
  }

  /** Takes the handlers of all interrupts away. Any context. */
  unregisterAllInterrupts(): void {
    interrupts.unregisterAllInterrupts(this.asService()!)
  }

  /** An event source begins to count what an interrupt of this nub costs. Thread context. */
  addInterruptStatistics(statistics: IOInterruptAccountingData, source: number): IOReturn {
    return addInterruptStatistics(this.asService()!, statistics, source)
  }

  /** The event source goes; what it counted stays. Thread context. */
  removeInterruptStatistics(source: number): IOReturn {
    return removeInterruptStatistics(this.asService()!, source)
  }

  /** Counts who wants which channels, or how large they are: adds to `result`. Thread context. */
  configureReport(
    channelList: IOReportChannelList, action: number, result: ReportResult, destination: unknown,
  ): IOReturn {
    return configureReport(this.asService()!, channelList, { action, result, destination })
  }

  /**
   * Appends the values of the listed channels to a buffer and adds their number to `result`. Thread context.
   */
  updateReport(
    channelList: IOReportChannelList, action: number, result: ReportResult, destination: unknown,
  ): IOReturn {
    return updateReport(this.asService()!, channelList, { action, result, destination })
  }

  /** What a code says, for logs. Any context. @xnu iokit/Kernel/IOService.cpp stringFromReturn — faithful */
  stringFromReturn(code: IOReturn): string {
    return stringFromReturn(code)
  }

  /** The BSD error of a code. Any context. @xnu iokit/Kernel/IOService.cpp errnoFromReturn — faithful */
  errnoFromReturn(code: IOReturn): number {
    return errnoFromReturn(code)
  }
}
