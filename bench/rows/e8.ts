import { kIOReturnSuccess, type IOReturn } from '../../kernel/abi/index.ts'
import {
  IOUserClient2022, type IOExternalMethodArguments, type IOExternalMethodDispatch2022,
} from '../../kernel/iokit/index.ts'
import { defineMetaClass, registerClasses, type OSMetaClass } from '../../kernel/libkern/index.ts'
import { task_create, thread_create } from '../../kernel/mach/index.ts'
import { isKernelThread, Simulation, type Blocking, type KernelThread } from '../../kernel/sim/index.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const CALLS = 1_000_000
const ENTITLEMENT = 'com.example.bench'

class BenchUserClient extends IOUserClient2022 {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('BenchUserClient', BenchUserClient, IOUserClient2022)
  total = 0n

  override externalMethod(_selector: number, args: IOExternalMethodArguments): Blocking<IOReturn> {
    return this.dispatchExternalMethod(args, TABLE)
  }
}

function add(client: BenchUserClient, _reference: unknown, args: IOExternalMethodArguments): IOReturn {
  const [a, b] = args.scalarInput
  client.total += a! + b!
  args.scalarOutput[0] = a! - b!
  return kIOReturnSuccess
}

const row: IOExternalMethodDispatch2022<BenchUserClient> = {
  function: add, checkScalarInputCount: 2, checkStructureInputSize: 0, checkScalarOutputCount: 1,
  checkStructureOutputSize: 0, allowAsync: false, checkEntitlement: ENTITLEMENT,
}
const TABLE: readonly IOExternalMethodDispatch2022<BenchUserClient>[] = [row, row, row, row]
const NO_BYTES = new Uint8Array(0)

function makeArguments(selector: number): IOExternalMethodArguments {
  return {
    version: 2, selector, asyncWakePort: null, asyncReference: null, scalarInput: [3n, 1n],
    structureInput: NO_BYTES, structureInputDescriptor: null, scalarOutput: [0n], scalarOutputCount: 1,
    structureOutput: NO_BYTES, structureOutputSize: 0, structureOutputDescriptor: null,
    structureOutputDescriptorSize: 0,
    structureVariableOutputData: null,
  }
}

/** Ours: lock policy, virtual call, selector, counts, entitlement of the running task, the method. */
function ours(isFresh: boolean): Measurement {
  const world = new Simulation(1)
  return world.enter(() => {
    registerClasses('bench', [BenchUserClient.metaClass])
    const task = task_create({ pid: 7, name: 'bench', entitlements: new Map([[ENTITLEMENT, true]]) })
    const client = new BenchUserClient()
    client.initWithTask(task, null, 0, null)
    const reused = makeArguments(2)
    function* calls(): KernelThread {
      for (let i = 0; i < CALLS; i++) {
        const args = isFresh ? makeArguments(2) : reused
        const answer = client.callExternalMethod(2, args)
        const result = isKernelThread(answer) ? yield* answer : answer
        if (result !== kIOReturnSuccess) throw new Error('refused')
      }
    }
    return repeat(7, () => {
      client.total = 0n
      thread_create(task, 'caller', calls())
      world.scheduler.run(Infinity, Infinity)
      return String(client.total)
    })
  })
}

/** The floor: a table of functions, three counts compared, scalars added. */
function floor(isFresh: boolean): Measurement {
  const target = { total: 0n }
  const method = (args: IOExternalMethodArguments): number => {
    target.total += args.scalarInput[0]! + args.scalarInput[1]!
    args.scalarOutput[0] = args.scalarInput[0]! - args.scalarInput[1]!
    return 0
  }
  const table = [0, 1, 2, 3].map(() => ({ method, inputs: 2, outputs: 1, bytes: 0 }))
  const reused = makeArguments(2)
  return repeat(7, () => {
    target.total = 0n
    for (let i = 0; i < CALLS; i++) {
      const args = isFresh ? makeArguments(2) : reused
      const entry = table[args.selector]!
      const fits = args.scalarInput.length === entry.inputs && args.scalarOutputCount === entry.outputs
        && args.structureInput.length === entry.bytes
      if (!fits || entry.method(args) !== 0) throw new Error('refused')
    }
    return String(target.total)
  })
}

/**
 * The goals are 200 and 400 ns; with bigint scalars the floors are about 60 and 110 ns where those
 * were set.
 */
export const e8: Row = {
  id: 'E8', maxRatio: 3.3,
  title: `external method, 2 scalars in, 1 out, arguments used again, ${CALLS / 1e6} M calls`,
  ours: { name: 'callExternalMethod', measure: () => ours(false) },
  peer: { name: 'table and counts', measure: () => floor(false) },
}

export const e8f: Row = {
  id: 'E8F', title: `the same with fresh arguments, ${CALLS / 1e6} M calls`, maxRatio: 3.9,
  ours: { name: 'callExternalMethod', measure: () => ours(true) },
  peer: { name: 'table and counts', measure: () => floor(true) },
}
