// What `workbench decode` prints, and its exit codes.
import { describe, expect, it } from 'vitest'
import { UsageError } from '../Command.ts'
import { decodeCommand } from './decode.ts'

async function decode(...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const io = { out: (data: string | Uint8Array) => { out += String(data) }, error: () => {}, isErrorTerminal: false }
  return { status: await decodeCommand.run(args, io), out }
}

describe('workbench decode', () => {
  it('prints every reading, the best first', async () => {
    expect(await decode('-536870174', '0x00000108 00000014')).toMatchInlineSnapshot(`
      {
        "out": "-536870174 = 0xe00002e2 = 3758097122
        IOReturn  kIOReturnNotPermitted  operation is not permitted

      0x00000108 00000014
        sleep failure  kIOPMTracePointSleepPowerPlaneDrivers  calling power state change callbacks
                                                                top-level PCI devices that had not finished: 3, 8
      ",
        "status": 0,
      }
    `)
  })

  it('answers 1 for a value that nobody knows', async () => {
    expect(await decode('0x7123456789abcde')).toMatchInlineSnapshot(`
      {
        "out": "0x7123456789abcde = 509527253841525982
        No table here has it.
      ",
        "status": 1,
      }
    `)
  })

  it('prints one document', async () => {
    const { out } = await decode('--json', 'KERN_FAILURE')
    expect(JSON.parse(out)).toMatchObject({ input: 'KERN_FAILURE', hex: '0x5', readings: [{ kind: 'kern_return', fit: 100 }] })
  })

  it('takes no other options', async () => {
    await expect(decode('--yes')).rejects.toBeInstanceOf(UsageError)
  })
})
