import { beforeAll, describe, expect, it } from 'vitest'
import { IOService, InitIOKit, initializeIOKit, StartIOKitMatching, IORegistryEntry, IOResources } from '../../../kernel/iokit/index.ts'
import { KextSubsystem } from '../../../kernel/kext/index.ts'
import { KernelPanic, msgbufText } from '../../../kernel/mach/index.ts'
import { Simulation } from '../../../kernel/sim/index.ts'
import type { KextBundleFiles } from '../../../kernel/index.ts'
import { readSampleKexts } from '../resources.ts'
import { compartmentEvaluator } from './index.ts'

let samples: Map<string, KextBundleFiles>
beforeAll(() => {
  samples = new Map(readSampleKexts().map((bundle) => [bundle.name, bundle]))
})

interface World {
  readonly simulation: Simulation
  readonly kexts: KextSubsystem
  run(): void
}

/** The smallest world that loads kexts: a root nub and IOResources with the key `IOKit`. */
function makeWorld(): World {
  const simulation = new Simulation(1)
  return simulation.enter(() => {
    initializeIOKit({ kernelVersion: 'Darwin', osBuild: '1A1', bootArgs: '', timeoutExtensions: 1, hasDaemon: false })
    const root = new IOService()
    root.init()
    InitIOKit(root)
    const kexts = new KextSubsystem(compartmentEvaluator)
    kexts.install({ simulation, families: [], bundles: [], osVersion: '14.6.1', isIntel: true })
    IOResources.resources()
    StartIOKitMatching()
    IOService.publishResource('IOKit')
    const run = (): void => simulation.enter(() => void simulation.scheduler.run(simulation.scheduler.nowNs + 2e9, 500_000))
    run()
    return { simulation, kexts, run }
  })
}

describe('the sample kexts', () => {
  it('Hello I/O Kit starts, logs and publishes its greeting', () => {
    const { simulation, kexts, run } = makeWorld()
    simulation.enter(() => expect(kexts.loadBundle(samples.get('HelloIOKit.kext')!)).toEqual([]))
    run()
    simulation.enter(() => {
      expect(msgbufText()).toContain('HelloIOKit: hello from a kext')
      expect(kexts.loadedKexts().map(({ bundleIdentifier }) => bundleIdentifier)).toEqual(['org.workbench.sample.HelloIOKit'])
      expect(IORegistryEntry.fromPath('IOService:/IOResources/HelloIOKit')).not.toBeNull()
    })
  })

  it('Null Dereference panics with a page fault near zero, its own handler innermost', () => {
    const { simulation, kexts, run } = makeWorld()
    simulation.enter(() => expect(kexts.loadBundle(samples.get('NullDereference.kext')!)).toEqual([]))
    let caught: unknown = null
    try {
      run()
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(KernelPanic)
    const { fault, frames } = caught as KernelPanic
    expect(fault).toMatchObject({ kind: 'page-fault', access: 'read' })
    expect(fault!.address).toBeLessThan(0x1000n)
    expect(frames[0]).toMatchObject({ bundle: 'org.workbench.sample.NullDereference', symbol: 'NullDereference::interruptOccurred' })
    expect(frames.map(({ symbol }) => symbol)).toContain('IOWorkLoop::threadMain()')
  })

  it('Runaway Loop is stopped by its step budget, as a panic that names it', () => {
    const { simulation, kexts, run } = makeWorld()
    simulation.enter(() => expect(kexts.loadBundle(samples.get('RunawayLoop.kext')!)).toEqual([]))
    expect(run).toThrow(/Kernel thread hung: org\.workbench\.sample\.RunawayLoop/u)
  })
})

describe('a kext bundle', () => {
  const withPlist = (change: (text: string) => string, source?: string): KextBundleFiles => {
    const sample = samples.get('HelloIOKit.kext')!
    return {
      name: 'Changed.kext', files: sample.files.map(({ path, bytes }) => {
        if (path.endsWith('.plist')) return { path, bytes: new TextEncoder().encode(change(new TextDecoder().decode(bytes))) }
        return { path, bytes: source === undefined ? bytes : new TextEncoder().encode(source) }
      }),
    }
  }
  const load = (bundle: KextBundleFiles): { problems: readonly { where: string; message: string }[]; loaded: number } => {
    const { simulation, kexts } = makeWorld()
    return simulation.enter(() => ({ problems: kexts.loadBundle(bundle), loaded: kexts.loadedKexts().length }))
  }

  it('that names a library nobody has is refused in the kernel’s words, and leaves nothing behind', () => {
    const { problems, loaded } = load(withPlist((text) => text.replace('com.apple.kpi.libkern', 'com.apple.kpi.nowhere')))
    expect(problems.map(({ message }) => message)).toEqual(['Kext org.workbench.sample.HelloIOKit - library kext com.apple.kpi.nowhere not found.'])
    expect(loaded).toBe(0)
  })

  it('has all faults of its property list told at once', () => {
    const { problems } = load(withPlist((text) => text.replace('<string>1.0.0</string>', '<string>one</string>')
      .replace('<key>IOClass</key>', '<key>Class</key>').replace('<string>HelloIOKit</string>', '<string>Missing</string>')))
    expect(problems.map(({ where }) => where)).toEqual([
      'Changed.kext/Contents/Info.plist: IOKitPersonalities.HelloIOKit.IOClass', 'Changed.kext/Contents/Info.plist: CFBundleExecutable',
      'Changed.kext/Contents/Info.plist: CFBundleVersion',
    ])
  })

  it('is lent what the declarations of its libraries say, and nothing else', () => {
    const { simulation, kexts } = makeWorld()
    simulation.enter(() => {
      const source = `import { EIO, kIOReturnBusy } from 'com.apple.kpi.bsd'
import * as iokit from 'com.apple.kpi.iokit'
const names = ['OutputHost64', 'kMapped', 'THREAD_TIMED_OUT', 'serviceState', 'installIOKitServer', 'IOMachPort']
iokit.IOLog('lent ' + names.map((name) => typeof iokit[name]).join(' ') + '\\n')`
      const named = (text: string): string =>
        text.replace('<key>com.apple.kpi.libkern</key>', '<key>com.apple.kpi.bsd</key><string>8.0.0</string><key>com.apple.kpi.libkern</key>')
      expect(kexts.loadBundle(withPlist(named, source))).toEqual([])
      expect(/lent (.*)/u.exec(msgbufText())?.[1]).toBe('function number number undefined undefined undefined')
    })
  })

  it('cannot reach the host, another library, or change the classes it extends', () => {
    const probes = ['typeof process', 'typeof require', 'typeof globalThis.fetch', '(() => { try { return typeof (() => {}).constructor("return process")() } catch (e) { return "refused" } })()',
      '(() => { try { Date.now() } catch (e) { return "refused" } })()', '(() => { try { IOService.prototype.start = null; return "changed" } catch (e) { return "refused" } })()']
    const { simulation, kexts } = makeWorld()
    simulation.enter(() => {
      const source = `import { IOLog, IOService } from 'com.apple.kpi.iokit'\n${probes.map((probe) => `IOLog('answer ' + (${probe}) + '\\n')`).join('\n')}`
      expect(kexts.loadBundle(withPlist((text) => text, source))).toEqual([])
      expect([...msgbufText().matchAll(/answer (\S+)/gu)].map(([, answer]) => answer))
        .toEqual(['undefined', 'function', 'undefined', 'refused', 'refused', 'refused'])
    })
  })
})
