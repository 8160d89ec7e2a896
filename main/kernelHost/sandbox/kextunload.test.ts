import { expect, test } from 'vitest'
import intel from '../../../resources/machines/intel-desktop.json' with { type: 'json' }
import { createKextServices, Machine, type KextBundleFiles } from '../../../kernel/index.ts'
import { runOn } from '../../../test/support/machineStory.ts'
import { readSampleKexts } from '../resources.ts'
import { compartmentEvaluator } from './index.ts'

const IDENTIFIER = 'org.workbench.sample.HelloIOKit'

/** The sample kext, with its source changed. */
function hello(change: (source: string) => string = (source) => source): KextBundleFiles {
  const sample = readSampleKexts().find(({ name }) => name === 'HelloIOKit.kext')!
  return {
    name: sample.name,
    files: sample.files.map(({ path, bytes }) => ({
      path,
      bytes: path.endsWith('.plist') ? bytes : new TextEncoder().encode(change(new TextDecoder().decode(bytes))),
    })),
  }
}

function start(bundle: KextBundleFiles): Machine {
  const machine = new Machine(intel as never, {
    seed: 3, kexts: [bundle], kextServices: () => createKextServices(compartmentEvaluator),
  })
  machine.powerOn()
  machine.run(1e9, 10_000_000)
  machine.drainEvents()
  return machine
}

test('a kext is unloaded once its services are gone, and can be loaded again', () => {
  const machine = start(hello())
  expect(runOn(machine, `sudo kextload -b ${IDENTIFIER}; ioclasscount HelloIOKit`).stdout).toBe('HelloIOKit = 1\n')
  expect(runOn(machine, `sudo kextunload -b ${IDENTIFIER}; ioclasscount HelloIOKit; kextstat -l | grep -c Hello`))
    .toMatchObject({
      stdout: `${IDENTIFIER} unloaded and personalities removed.\nHelloIOKit = <no such class>\n0\n`,
    })
  expect(runOn(machine, `sudo kextload -b ${IDENTIFIER}; ioclasscount HelloIOKit`).stdout).toBe('HelloIOKit = 1\n')
  expect(runOn(machine, `sudo kextunload -p -b ${IDENTIFIER}`).stdout).toBe(
    `${IDENTIFIER}: services terminated and personalities removed (kext not unloaded).\n`)
  expect(runOn(machine, 'sudo kextunload -c HelloIOKit').stdout).toBe('All instances of class HelloIOKit terminated.\n')
})

test('a class with instances keeps its kext, and the kernel says which', () => {
  const held = (source: string): string => source.replace('    this.registerService()', '    this.retain()\n$&')
  const machine = start(hello(held))
  runOn(machine, `sudo kextload -b ${IDENTIFIER}`)
  expect(runOn(machine, `sudo kextunload -b ${IDENTIFIER}`)).toEqual({
    stdout: '', status: 3,
    stderr: `(kernel) Can't unload kext ${IDENTIFIER}; classes have instances:\n`
      + `(kernel)     Kext ${IDENTIFIER} class HelloIOKit has 1 instance.\n`
      + `Failed to unload ${IDENTIFIER} - (libkern/kext) kext is in use or retained (cannot unload).\n`,
  })
})

test('only the super user may, and what is not loaded is not found', () => {
  const machine = start(hello())
  expect(runOn(machine, `kextunload -b ${IDENTIFIER}`)).toMatchObject({ status: 2 })
  expect(runOn(machine, 'sudo kextunload -b org.example.None')).toMatchObject({
    stderr: 'Terminate for org.example.None failed - (libkern/kext) not found.\n', status: 3,
  })
})
