import { describe, expect, test } from 'vitest'
import appleSilicon from '../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import type { MachineEvent } from '../api/index.ts'
import { Machine, replayMachine } from './index.ts'

const SECOND = 1_000_000_000
const MANY_STEPS = 10_000_000

/** A machine of a template that has run to `untilNs`. */
function boot(template: unknown, untilNs = SECOND, seed = 7): Machine {
  const machine = new Machine(template as never, { seed })
  expect(machine.powerOn()).toEqual([])
  expect(machine.run(untilNs, MANY_STEPS)).toBe('time')
  return machine
}

/** `depth × blanks name@location <class>` of the entries below the first one of that name. */
function subtree(machine: Machine, name: string): string[] {
  const { names, depths, classes, locations } = machine.registrySnapshot('IOService')
  const first = names.indexOf(name)
  const lines: string[] = []
  for (let row = first; row < names.length && (row === first || depths[row]! > depths[first]!); row++) {
    const location = locations[row] === null ? '' : `@${locations[row]}`
    lines.push(`${' '.repeat(depths[row]! - depths[first]!)}${names[row]}${location} <${classes[row]}>`)
  }
  return lines
}

function texts(events: readonly MachineEvent[], exec: number): string {
  return events.map((event) => (event.kind === 'execOutput' && event.exec === exec
    ? String.fromCharCode(...event.data) : '')).join('')
}

describe.each([intel, appleSilicon])('$name', (template) => {
  test('boots to a quiet registry of at least 300 entries', () => {
    const machine = boot(template)
    expect(machine.isQuiet).toBe(true)
    const status = machine.status()
    expect(status).toMatchObject({ power: 'running', busy: 0, model: template.model })
    expect(status.entries).toBeGreaterThanOrEqual(300)
    const kinds = machine.drainEvents().map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['registryChanged', 'registryQuiet', 'performanceSample',
      'log']))
  })

  test('two runs give the same digest, whatever slices the host takes', () => {
    const whole = boot(template)
    const sliced = new Machine(template as never, { seed: 7 })
    sliced.powerOn()
    for (let timeNs = 0; timeNs < SECOND; timeNs += 7_000_000) {
      while (sliced.run(timeNs, 13) === 'steps');
    }
    sliced.run(SECOND, MANY_STEPS)
    expect(sliced.digest()).toBe(whole.digest())
    expect(boot(template, SECOND, 8).digest()).not.toBe(whole.digest())
  })

  test('a session with inputs is replayed to the same digest, and a wrong one is told', () => {
    const machine = boot(template, 300_000_000)
    machine.inject({ kind: 'exec', exec: 1, commandLine: 'echo from the shell; exit 3' })
    machine.run(600_000_000, MANY_STEPS)
    machine.inject({ kind: 'terminalOpen', terminal: 1, columns: 80, rows: 24 })
    machine.run(700_000_000, MANY_STEPS)
    machine.inject({ kind: 'terminalInput', terminal: 1, data: 'echo typed\r' })
    machine.run(SECOND, MANY_STEPS)
    const events = machine.drainEvents()
    expect(texts(events, 1)).toBe('from the shell\n')
    expect(events).toContainEqual({ kind: 'execExit', exec: 1, status: 3 })

    const session = { description: template as never, options: { seed: 7 }, journal: machine.journal.records }
    const again = replayMachine(session, { toTimeNs: SECOND, expectedDigest: machine.digest() })
    expect(again).toMatchObject({ identical: true, divergence: null })
    expect(again.machine.simulation.scheduler.steps).toBe(machine.simulation.scheduler.steps)
    expect(replayMachine(session,
      { toTimeNs: SECOND / 2, expectedDigest: machine.digest() }).identical).toBe(false)
  })
})

test('the storage of the Apple laptop hangs below its coprocessor', () => {
  expect(subtree(boot(appleSilicon), 'ans')).toMatchInlineSnapshot(`
    [
      "ans@77400000 <AppleARMIODevice>",
      " AppleASCWrapV4 <AppleASCWrapV4>",
      "  iop-ans-nub <AppleA7IOPNub>",
      "   RTBuddyV2 <RTBuddyV2>",
      "    RTBuddyIOReportingEndpoint <RTBuddyIOReportingEndpoint>",
      "    ANS2Endpoint1 <RTBuddyEndpointService>",
      "    ANS2Endpoint2 <RTBuddyEndpointService>",
      "    RTBuddyService <RTBuddyService>",
      "     AppleANS3NVMeController <AppleANS3NVMeController>",
      "      NS_01@1 <IOEmbeddedNVMeBlockDevice>",
      "       IOBlockStorageDriver <IOBlockStorageDriver>",
      "        APPLE SSD WB0512Q Media <IOMedia>",
      "         IOMediaBSDClient <IOMediaBSDClient>",
      "         IOGUIDPartitionScheme <IOGUIDPartitionScheme>",
      "          iBootSystemContainer@1 <IOMedia>",
      "           IOMediaBSDClient <IOMediaBSDClient>",
      "          Container@2 <IOMedia>",
      "           IOMediaBSDClient <IOMediaBSDClient>",
      "          RecoveryOSContainer@3 <IOMedia>",
      "           IOMediaBSDClient <IOMediaBSDClient>",
    ]
  `)
})

test('the storage of the Intel desktop hangs below its root port', () => {
  expect(subtree(boot(intel), 'RP09')).toMatchInlineSnapshot(`
    [
      "RP09@1D <IOPCIDevice>",
      " IOPP <IOPCI2PCIBridge>",
      "  SSD0@0 <IOPCIDevice>",
      "   IONVMeController <IONVMeController>",
      "    IONVMeBlockStorageDevice@1 <IONVMeBlockStorageDevice>",
      "     IOBlockStorageDriver <IOBlockStorageDriver>",
      "      APPLE SSD WB1024P Media <IOMedia>",
      "       IOMediaBSDClient <IOMediaBSDClient>",
      "       IOGUIDPartitionScheme <IOGUIDPartitionScheme>",
      "        EFI System Partition@1 <IOMedia>",
      "         IOMediaBSDClient <IOMediaBSDClient>",
      "        Macintosh HD@2 <IOMedia>",
      "         IOMediaBSDClient <IOMediaBSDClient>",
    ]
  `)
})

test('properties of a driver tell the personality that made it', () => {
  const machine = boot(appleSilicon)
  const { names, ids } = machine.registrySnapshot('IOService')
  const details = machine.entryDetails(ids[names.indexOf('AppleInterruptController')]!, 'IOService')
  expect(details?.inheritance).toEqual([
    'OSObject', 'IORegistryEntry', 'IOService', 'IOInterruptController', 'AppleInterruptController',
  ])
  expect(details?.bundle).toBe('com.apple.driver.AppleInterruptController')
  expect(details?.properties).toContainEqual({ key: 'IONameMatched',
    value: { type: 'string', value: 'aic,1' } })
  expect(machine.entryDetails(1, 'IOService')).toBeNull()
})

test('a machine with faults is not built', () => {
  const machine = new Machine({ ...intel, memoryBytes: 5 } as never, { seed: 1 })
  expect(machine.powerOn().map(({ where }) => where)).toEqual(['memoryBytes'])
  expect(machine.status().power).toBe('off')
  expect(machine.run(SECOND, 10)).toBe('halted')
})

test('the power button halts the machine', () => {
  const machine = boot(intel, 100_000_000)
  machine.inject({ kind: 'powerButton' })
  expect(machine.run(SECOND, MANY_STEPS)).toBe('halted')
  expect(machine.drainEvents()).toContainEqual({ kind: 'halted', reason: 'shutdown' })
})
