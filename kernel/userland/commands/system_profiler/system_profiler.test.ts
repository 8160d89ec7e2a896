import { expect, test } from 'vitest'
import appleSilicon from '../../../../resources/machines/apple-silicon-laptop.json' with { type: 'json' }
import intel from '../../../../resources/machines/intel-desktop.json' with { type: 'json' }
import { Machine, profileMachine, profileTypes } from '../../../machine/index.ts'

const SECOND = 1_000_000_000

function boot(template: unknown): Machine {
  const machine = new Machine(template as never, { seed: 3 })
  machine.powerOn()
  machine.run(SECOND, 10_000_000)
  machine.drainEvents()
  return machine
}

/** What a command line prints on both streams, and its status. */
function run(machine: Machine, commandLine: string): { text: string; status: number | null } {
  machine.inject({ kind: 'exec', exec: 1, commandLine })
  let text = ''
  let status: number | null = null
  for (let slice = 0; slice < 100 && status === null; slice++) {
    machine.run(machine.simulation.scheduler.nowNs + 10_000_000, 1_000_000)
    for (const event of machine.drainEvents()) {
      if (event.kind === 'execOutput') text += new TextDecoder().decode(event.data)
      if (event.kind === 'execExit') status = event.status
    }
  }
  return { text, status }
}

test('the hardware of both platforms is told from the registry and sysctl', () => {
  expect(run(boot(appleSilicon), 'system_profiler SPHardwareDataType').text).toMatchInlineSnapshot(`
    "Hardware:

        Hardware Overview:

          Model Name: MacBook Air
          Model Identifier: MacBookAir10,1
          Chip: Apple M1
          Total Number of Cores: 8 (4 performance and 4 efficiency)
          Memory: 16 GB
          System Firmware Version: 10151.1.1
          Serial Number (system): WB0000000002
          Hardware UUID: 5E11E34B-B4F2-440A-8B8A-9B7FDE290F36

    "
  `)
  expect(run(boot(intel), 'system_profiler SPHardwareDataType -detailLevel mini').text).toMatchInlineSnapshot(`
    "Hardware:

        Hardware Overview:

          Model Name: iMac Pro
          Model Identifier: iMacPro1,1
          Processor Name: 18-Core Intel Xeon W
          Processor Speed: 2.3 GHz
          Number of Processors: 1
          Total Number of Cores: 18
          L2 Cache (per Core): 1 MB
          L3 Cache: 24.8 MB
          Hyper-Threading Technology: Enabled
          Memory: 64 GB
          System Firmware Version: 2069.0.0.0.0

    "
  `)
})

test('a disk is told with its link, its map and its partitions', () => {
  expect(run(boot(intel), 'system_profiler SPNVMeDataType').text).toMatchInlineSnapshot(`
    "NVMExpress:

        Apple SSD Controller:

            APPLE SSD WB1024P:

              Capacity: 1 TB (1,000,555,581,440 bytes)
              TRIM Support: Yes
              Model: APPLE SSD WB1024P
              Revision: 1.0
              Serial Number: WB00000000000001
              Link Width: x4
              Link Speed: 8.0 GT/s
              Detachable Drive: No
              BSD Name: disk0
              Partition Map Type: GPT (GUID Partition Table)
              Removable Media: No
              Volumes:
                EFI System Partition:
                  Capacity: 209.72 MB (209,715,200 bytes)
                  BSD Name: disk0s1
                  Content: EFI
                Macintosh HD:
                  Capacity: 1 TB (1,000,345,821,184 bytes)
                  BSD Name: disk0s2
                  Content: Apple_APFS

    "
  `)
})

test('JSON keeps raw values and sorts its keys', () => {
  const { text } = run(boot(appleSilicon), 'system_profiler -json SPStorageDataType SPPCIDataType')
  expect(text.split('\n').slice(0, 10)).toMatchInlineSnapshot(`
    [
      "{",
      "  "SPStorageDataType" : [",
      "    {",
      "      "_name" : "iBootSystemContainer",",
      "      "bsd_name" : "disk0s1",",
      "      "iocontent" : "Apple_APFS_ISC",",
      "      "physical_drive" : {",
      "        "device_name" : "APPLE SSD WB0512Q",",
      "        "is_internal_disk" : "yes",",
      "        "media_name" : "APPLE SSD WB0512Q Media",",
    ]
  `)
  const data = JSON.parse(text) as Record<string, unknown[]>
  expect(data['SPPCIDataType']).toEqual([])
  expect(data['SPStorageDataType']).toHaveLength(3)
})

test('a property list names its data type', () => {
  const { text, status } = run(boot(intel), 'system_profiler -xml SPExtensionsDataType')
  expect(status).toBe(0)
  expect(text).toContain('<key>_dataType</key>\n\t\t<string>SPExtensionsDataType</string>')
  expect(text).toContain('<string>com.apple.driver.AppleACPIPlatform</string>')
})

test('types are listed, an unknown one is nothing, an unknown option is refused', () => {
  const machine = boot(appleSilicon)
  expect(run(machine, 'system_profiler -listDataTypes').text.split('\n').slice(0, 2)).toEqual([
    'Available Datatypes:', 'SPHardwareDataType',
  ])
  expect(run(machine, 'system_profiler SPNothingDataType')).toEqual({ text: '', status: 0 })
  expect(run(machine, 'system_profiler -fast').status).toBe(1)
})

test('the view shows what the command prints, and looking changes nothing of the run', () => {
  const looked = boot(intel)
  const pages = profileTypes().map(({ dataType }) => profileMachine(looked, dataType))
  expect(pages.map((page) => page?.title)).toEqual([
    'Hardware', 'NVMExpress', 'PCI', 'Storage', 'Software', 'Extensions',
  ])
  expect(profileMachine(looked, 'SPNothingDataType')).toBeNull()
  const text = run(looked, 'system_profiler').text
  for (const { label, value } of pages.flatMap((page) => page?.items[0]?.facts ?? [])) {
    if (label !== 'Time since boot') expect(text).toContain(`${label}: ${value}`)
  }
  const quiet = boot(intel)
  run(quiet, 'system_profiler')
  expect(looked.digest()).toBe(quiet.digest())
})
