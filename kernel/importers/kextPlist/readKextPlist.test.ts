// What a kext's property list says is told in full, finished or template, whole or broken off; nothing makes it throw.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chance, latin1Bytes, mutate } from '../../../test/support/mutate.ts'
import { parsePlist, writeBinaryPlist } from '../../formats/index.ts'
import { readKextPlist } from './readKextPlist.ts'

const SEED = 41
const ROUNDS = 300
const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../../test/samples/kexts', name))
const pear = sample('PearNet-Info.plist')
const plum = sample('PlumTemplate-Info.plist')

describe('a finished kext', () => {
  it('is told key by key', () => {
    const record = readKextPlist(pear)
    const [byId, usb] = record.personalities
    expect({ ...record, personalities: null }).toEqual({
      bundle: 'org.example.PearNet', version: '1.4.2', name: 'Pear Net', packageType: 'KEXT', compatibleVersion: null,
      executable: 'PearNet', required: 'Network-Root', dext: null, architectures: ['x86_64'], buildVariables: [],
      libraries: new Map([['com.apple.iokit.IONetworkingFamily', '1.5.0'], ['com.apple.kpi.iokit', '8.10']]),
      personalities: null, problems: [],
    })
    expect(byId).toMatchObject({
      name: 'Pear by Id', bundle: 'org.example.PearNet', ioClass: 'PearEthernet', providerClass: 'IOPCIDevice',
      score: 1000, category: null, matchKeys: new Map([['IOPCIMatch', '0x816810ec']]),
      properties: new Map<string, unknown>([['Driver_Version', '1.4.2'], ['Seed', Uint8Array.of(0, 1, 2)]]),
    })
    expect(usb).toMatchObject({ bundle: 'org.example.PearUSB', score: null, category: 'PearAdapter' })
    expect([...usb!.matchKeys.keys()]).toEqual(['idVendor', 'idProduct', 'bInterfaceNumber', 'bConfigurationValue'])
  })

  it('hands the catalogue the whole personality, with the identifier that the loader adds', () => {
    const { table } = readKextPlist(pear).personalities[0]!
    expect([...table.keys()]).toEqual([
      'IOClass', 'IOProviderClass', 'IOPCIMatch', 'IOProbeScore', 'Driver_Version', 'Seed', 'CFBundleIdentifier',
    ])
  })

  it('has the values of an architecture where it is asked for one', () => {
    expect(readKextPlist(pear, { architecture: 'x86_64' }).libraries).toEqual(new Map([['com.apple.kpi.iokit', '18.0']]))
  })

  it('says the same in binary form', () => {
    const parsed = parsePlist(pear)
    if (!parsed.ok) throw new Error('the sample is a property list')
    expect(readKextPlist(writeBinaryPlist(parsed.value))).toEqual(readKextPlist(pear))
  })
})

describe('a template', () => {
  it('is read through build variables, directives, a bare & and its missing end', () => {
    const record = readKextPlist(plum, { where: 'Plum' })
    expect(record).toMatchObject({
      bundle: '$(PRODUCT_BUNDLE_IDENTIFIER)', version: 'PLUM_VERSION',
      dext: {
        executable: null, servers: ['org.example.Plum'], classes: ['Plum'],
        usageDescription: 'Plums & pears of ${PRODUCT_NAME}',
      },
      libraries: new Map([['PLUM_KEYSTORE', 'PLUM_COMPATIBLE']]),
      buildVariables: [
        'PLUM_VERSION', 'PLUM_KEYSTORE', 'PLUM_COMPATIBLE', '$(PRODUCT_BUNDLE_IDENTIFIER)', '${PRODUCT_NAME}',
      ],
    })
    expect(record.personalities.map((one) => one.table.get('idVendor'))).toEqual(['PLUM_VENDOR'])
    expect(record.problems.map(({ where, line, message }) => `${where} ${line ?? ''} ${message.slice(0, 24)}`)).toEqual([
      'Plum 12 The character & must sta', 'Plum 26 <integer> must hold a wh', 'Plum 37 <dict> is not closed: th',
      'Plum: IOKitPersonalities.No Dictionary  A personality is a dicti',
    ])
  })

  it('that is none is said to be none', () => {
    expect(readKextPlist(latin1Bytes('hello')).problems).toHaveLength(1)
    expect(readKextPlist(latin1Bytes('<plist><array/></plist>')).problems[0]?.message).toContain('dictionary')
  })
})

it(`survives ${ROUNDS} mutations (seed ${SEED})`, () => {
  const next = chance(SEED)
  const texts = [pear, plum].map((bytes) => bytes.toString('latin1'))
  for (let round = 0; round < ROUNDS; round++) {
    const record = readKextPlist(latin1Bytes(mutate(texts[round % 2]!, ['<dict>', '</dict>', '<key>', '#if', '&'], next)))
    expect(record.problems.length).toBeLessThanOrEqual(301)
  }
})
