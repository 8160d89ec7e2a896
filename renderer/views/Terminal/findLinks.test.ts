import { expect, it } from 'vitest'
import { findLinks } from './findLinks.ts'

const CLASSES = new Set(['IOPCIDevice', 'IONVMeController'])
const found = (line: string): string[] =>
  findLinks(line, (name) => CLASSES.has(name)).map(({ kind, text, at, meaning }) => {
    expect(line.slice(at, at + text.length)).toBe(text)
    return `${kind} ${text}${meaning === null ? '' : ` = ${meaning}`}`
  })

it('finds entries, classes, paths and results, each once, and leaves other text alone', () => {
  expect(found('+-o SSD0@0  <class IOPCIDevice, id 0x1000001be, registered, matched, active, busy 0>')).toEqual([
    'entry 0x1000001be', 'class IOPCIDevice',
  ])
  expect(found('  "IOClass" = "IONVMeController"  "IOProviderClass" = "IOUnknownThing"')).toEqual(['class IONVMeController'])
  expect(found('IOService:/AppleACPIPlatformExpert/PC00@0/RP09@1D/SSD0@0')).toEqual([
    'path IOService:/AppleACPIPlatformExpert/PC00@0/RP09@1D/SSD0@0',
  ])
  expect(found('failed: 0xe00002c5, or -536870203.')).toEqual([
    'result 0xe00002c5 = kIOReturnExclusiveAccess (0xe00002c5): device is exclusive access',
    'result -536870203 = kIOReturnExclusiveAccess (0xe00002c5): device is exclusive access',
  ])
  expect(found('error 0xdeadbeef at -512345678, IOPCIDeviceThing, x0xe00002c5')).toEqual([])
})
