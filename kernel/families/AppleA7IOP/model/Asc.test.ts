import { expect, test } from 'vitest'
import { InterruptLine, resetDevices } from '../../../hardware/index.ts'
import { Simulation } from '../../../sim/index.ts'
import { AscRegister, CPU_CONTROL_RUN, MailboxControl } from '../registers.ts'
import {
  Management, PowerState, messageType, readEndpointBlock, typedMessage, versionRange,
} from '../rtkit.ts'
import { Asc } from './Asc.ts'

/** Goal: the mailbox and its firmware go through the whole start of an RTKit coprocessor. */
test('a coprocessor says hello, tells its endpoints and follows power states', () => {
  const simulation = new Simulation(1)
  simulation.enter(() => {
    const lines = { sendEmpty: new InterruptLine(), receiveNotEmpty: new InterruptLine() }
    const asc = new Asc('ans', { role: 'ANS2', endpoints: [0, 1], lines })
    resetDevices(asc, 'power-on')
    const send = (endpoint: number, message: bigint): void => {
      asc.registers.write(AscRegister.send0, 4, Number(message & 0xffffffffn))
      asc.registers.write(AscRegister.send0 + 4, 4, Number(message >> 32n))
      asc.registers.write(AscRegister.send1, 4, endpoint)
      asc.registers.write(AscRegister.send1 + 4, 4, 0)
    }
    const receive = (): bigint => {
      simulation.scheduler.run(simulation.scheduler.nowNs + 10_000_000, 1000)
      const low = asc.registers.read(AscRegister.receive0, 4)
      const high = asc.registers.read(AscRegister.receive0 + 4, 4)
      asc.registers.read(AscRegister.receive1 + 4, 4)
      return (BigInt(high) << 32n) | BigInt(low)
    }
    asc.registers.write(AscRegister.cpuControl, 4, CPU_CONTROL_RUN)
    expect(messageType(receive())).toBe(Management.hello)
    expect(lines.receiveNotEmpty.asserted).toBe(false)
    send(0, typedMessage(Management.helloReply, versionRange(11, 12)))
    expect(readEndpointBlock(receive())).toEqual({ block: 0, bitmap: 0b10001, last: false })
    expect(readEndpointBlock(receive())).toEqual({ block: 1, bitmap: 0b11, last: true })
    send(0, typedMessage(Management.setIopPower, BigInt(PowerState.on)))
    expect(messageType(receive())).toBe(Management.iopPowerAck)
    expect(asc.firmware.power).toBe(PowerState.on)
    expect(asc.registers.read(AscRegister.receiveControl, 4)).toBe(MailboxControl.empty)
  })
})
