import { expect, test } from 'vitest'
import { getRegistryRoot, gIOServicePlane, IORegistryEntry } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { installIOKitServer } from '../../../iokit/userclient/index.ts'
import { scheduler, Simulation, type KernelThread } from '../../../sim/index.ts'
import { OpenFile, spawnProcess, type Process } from '../../libsystem/index.ts'
import { ioreg } from './index.ts'

class Capture extends OpenFile {
  readonly kind = 'pipe'
  text = ''

  override seek(): number {
    return 0
  }

  override *read(): KernelThread<number> {
    return 0
  }

  override *write(_process: Process, bytes: Uint8Array): KernelThread<number> {
    this.text += String.fromCharCode(...bytes)
    return 0
  }
}

/** What the program prints in the current world. */
function run(...options: string[]): { out: string; errors: string } {
  const out = new Capture()
  const errors = new Capture()
  const life = { isOver: false }
  spawnProcess({
    parent: null,
    argv: ['ioreg', ...options],
    files: new Map([
      [1, out],
      [2, errors],
    ]),
    body: ioreg.main,
    onExit: () => (life.isOver = true),
  })
  while (!life.isOver && scheduler().step(Infinity));
  return { out: out.text, errors: errors.text }
}

function inWorld(body: () => void): void {
  new Simulation(1).enter(() => {
    installIOKitServer()
    body()
  })
}

test('a live registry prints in the order of CoreFoundation hash tables, not of insertion', () => {
  inWorld(() => {
    const entry = new IOService()
    entry.init()
    entry.setName('Pear')
    for (const key of [
      'CFBundleIdentifier',
      'IOClass',
      'IOMatchCategory',
      'IOProviderClass',
      'IOProbeScore',
      'IOPropertyMatch',
    ]) {
      entry.setProperty(key, key === 'IOProbeScore' ? -100 : key.length, 32)
    }
    entry.attachToParent(getRegistryRoot(), gIOServicePlane)
    const { out, errors } = run('-r', '-n', 'Pear')
    expect(errors).toBe('')
    expect(out).toMatch(
      /^\+-o Pear {2}<class IOService, id 0x100000101, !registered, !matched, active, busy 0, retain \d+>\n/,
    )
    expect(out.split('\n').slice(2, 8)).toEqual([
      '      "IOClass" = 7',
      '      "IOMatchCategory" = 15',
      '      "IOProviderClass" = 15',
      '      "IOProbeScore" = 18446744073709551516',
      '      "CFBundleIdentifier" = 18',
      '      "IOPropertyMatch" = 15',
    ])
  })
})

test('an entry that is no service shows no state, and -i names superclasses by asking the kernel', () => {
  inWorld(() => {
    const entry = new IORegistryEntry()
    entry.init()
    entry.setName('chosen')
    entry.setLocation('0')
    entry.attachToParent(getRegistryRoot(), gIOServicePlane)
    expect(run('-i').out.split('\n')[1]).toMatch(
      /^ {2}\+-o chosen@0 {2}<class IORegistryEntry, id 0x100000101, retain \d+>$/,
    )
    const service = new IOService()
    service.init()
    service.attachToParent(entry, gIOServicePlane)
    expect(run('-i', '-r', '-c', 'IOService').out).toContain('<class IORegistryEntry:IOService, ')
  })
})

test('an unknown plane shows the root alone, and exits in silence', () => {
  inWorld(() => {
    getRegistryRoot()
    const out = '+-o Root  <class IORegistryEntry, id 0x100000100, retain 2>\n'
    expect(run('-p', 'NoSuchPlane')).toEqual({ out, errors: '' })
  })
})

test('what ioreg has looked at is as free as before', () => {
  inWorld(() => {
    const entry = new IOService()
    entry.init()
    entry.attachToParent(getRegistryRoot(), gIOServicePlane)
    const before = entry.getRetainCount()
    run('-l')
    expect(entry.getRetainCount()).toBe(before)
  })
})
